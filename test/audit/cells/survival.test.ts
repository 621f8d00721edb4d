import { describe, expect, test } from "vitest";
import { findings } from "../../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import type { Matrix } from "../../../src/results/matrix-schema.ts";
import { exampleRun } from "../example-run.ts";

describe("the survival of a base's fall", () => {
  const options = {
    downstream: ["smiling", "eyeglasses"],
    judges: ["judge/smiling"],
    concepts: { smiling: "smiling", eyeglasses: "eyeglasses", "judge/smiling": "smiling" },
    relativeChange: (_: string, downstream: string, __: number, present: boolean) =>
      downstream === "judge/smiling" ? 0.2 : present ? 0.5 : 0,
    // Every tenth image does not reach the drop, and is not measured.
    fall: (_: string, image: number) => (image % 10 === 0 ? 0.4 : 0.6),
  };
  const perturbed = (_: string, image: number): Record<string, number> =>
    image % 10 === 0 ? {} : { reencoded: 0.9, jpeg: image % 2 === 0 ? 0.1 : 0.5 };

  test("is the share of it that is left, over the images that reached the drop, and the judge's", () => {
    const { survival } = alignmentMatrix(exampleRun({ ...options, perturbed })).rows[0] as Matrix["rows"][number];
    expect(Object.keys(survival)).toEqual(["reencoded", "jpeg", "judge"]);
    expect(survival.reencoded).toEqual({ share: expect.closeTo(0.9, 10), count: 90 });
    // 40 even images at 0.1, 50 odd ones at 0.5.
    expect(survival.jpeg).toEqual({ share: expect.closeTo((40 * 0.1 + 50 * 0.5) / 90, 10), count: 90 });
    expect(survival.judge).toEqual({ share: expect.closeTo(0.2, 10), count: 90 });
  });

  test("is said in the finding where it is low", () => {
    const [finding] = findings(alignmentMatrix(exampleRun({ ...options, perturbed })));
    expect(finding?.qualifiers).toContain(
      "less than half of the fall of smiling survives JPEG (0.32): it may be a pattern that nobody sees",
    );
    const [plain] = findings(alignmentMatrix(exampleRun(options)));
    expect(plain?.qualifiers.some((text) => text.includes("survives"))).toBe(false);
  });
});

test("the share of clamped values is the mean over reconstructions", () => {
  const run = exampleRun();
  const images = run.images.map((row, index) => ({ ...row, clampedShare: index < 2 ? index * 0.1 : null }));
  expect(alignmentMatrix({ ...run, images }).clampedShare).toBeCloseTo(0.05, 12);
});
