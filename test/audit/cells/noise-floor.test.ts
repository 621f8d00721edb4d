import { describe, expect, test } from "vitest";
import { findings } from "../../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import type { Cell, Matrix } from "../../../src/audit/schema.ts";
import { createRandom } from "../../../src/random.ts";
import { exampleRun } from "../example-run.ts";

const cellOf = (matrix: Matrix, downstream: string): Cell =>
  matrix.cells.find((cell) => cell.downstream === downstream) as Cell;

describe("the noise floor of a cell", () => {
  const random = createRandom("noise");
  const ways = Array.from({ length: 8 }, () => random.normal());
  const run = exampleRun({
    downstream: ["smiling", "eyeglasses", "beard"],
    relativeChange: (_, __, ___, present) => (present ? 0.4 : 0) + 0.05 * random.normal(),
    // A null draw takes beards along as far as the base does, eyeglasses hardly.
    nullChange: (_, downstream, __, toward) =>
      (downstream === "beard" ? 0.8 : 0.01) * (ways[toward] as number) + 0.01 * random.normal(),
  });
  const matrix = alignmentMatrix(run);

  test("is far below an effect of the base's own, and about at one that any move has", () => {
    expect(cellOf(matrix, "eyeglasses").z).toBeGreaterThan(8);
    expect(Math.abs(cellOf(matrix, "beard").z as number)).toBeLessThan(2);
  });

  test("is said in the finding", () => {
    const of = (downstream: string): readonly string[] =>
      findings(matrix).find((finding) => finding.downstream === downstream)?.qualifiers ?? ["no finding"];
    expect(of("eyeglasses")).toEqual([]);
    expect(of("beard")).toEqual([expect.stringMatching(/^within the noise floor: z = −?[01]\.\d\d$/)]);
  });

  test("is measured on the images of the stratum that decided, in units of relative change", () => {
    const cell = cellOf(matrix, "beard");
    const used = run.changes.filter(
      ({ image, downstream }) => downstream === "beard" && Number(image.slice(5, 9)) % 2 === 0,
    );
    // 50 images, towards four of the eight: by hand.
    const scores = used.map(({ before, nullAfter }) => ((nullAfter[0] as number) - before) / -0.6);
    const groups = [0, 1, 2, 3].map((group) => scores.filter((_, i) => i % 4 === group));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const center = mean(scores);
    const within = groups.reduce((sum, own) => sum + own.reduce((s, value) => s + (value - mean(own)) ** 2, 0), 0) / 46;
    const between = groups.reduce((sum, own) => sum + own.length * (mean(own) - center) ** 2, 0) / 3;
    const sizes = groups.reduce((sum, own) => sum + own.length ** 2, 0);
    const way = (Math.max(between - within, between * Math.sqrt(2 / 3)) * 3) / (50 - sizes / 50);
    const deviation = Math.sqrt(way * (1 + sizes / 2500) + within * (2 / 50));
    expect(cell.stratum).toBe("present");
    expect(cell.z).toBeCloseTo(((cell.present.mean as number) - center) / deviation, 8);
  });

  test("has no score without null draws", () => {
    expect(alignmentMatrix(exampleRun()).cells.every(({ z }) => z === null)).toBe(true);
  });
});

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
