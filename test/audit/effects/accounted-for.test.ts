import { describe, expect, test } from "vitest";
import { checkRun } from "../../../src/audit/compare/check.ts";
import { findings } from "../../../src/audit/findings/findings.ts";
import { summarize } from "../../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import type { ExampleOptions } from "../example-run.ts";
import { movedRun } from "./moved-run.ts";

/** By so much a classifier falls with the smile alone, and with glasses alone. */
const effects = { smiling: 0.6, glasses: 0.2 };

/** What witnesses fall by, for each unit that the classifier falls, along its own counterfactuals. */
function runWhere(smile: number, glasses: number, example: ExampleOptions = {}, use = effects.glasses): RunData {
  return movedRun(
    {
      witnesses: { smiling: "judge/smiling", glasses: "judge/glasses" },
      predictions: {
        "judge/smiling": ({ smiling = 0 }) => smiling,
        "judge/glasses": ({ glasses = 0 }) => glasses,
        smiling: ({ smiling = 0, glasses = 0 }) => 0.1 + effects.smiling * smiling + use * glasses,
        glasses: ({ glasses = 0 }) => glasses,
      },
    },
    {
      relativeChange: (_, downstream) =>
        downstream === "judge/smiling" ? smile : downstream === "judge/glasses" ? glasses : 0.01,
      fall: (_, image) => (image % 10 < 5 ? 0.6 : 0.3),
      ...example,
    },
  );
}

const matrixOf = (run: RunData) => alignmentMatrix(run, { resamples: 200 });
const accounted = (run: RunData) => matrixOf(run).accountedFor?.[0];

function summaryOf(run: RunData) {
  const matrix = matrixOf(run);
  return summarize(run, matrix, findings(matrix));
}

describe("what the features explain of a fall", () => {
  test("is what they do to the classifier, by how far they went", () => {
    // The regression has a ridge, so that effects are a little below those that are written down.
    expect(accounted(runWhere(1, 0.5))?.value).toBeCloseTo(effects.smiling * 1 + effects.glasses * 0.5, 1);
    expect(accounted(runWhere(0.1, 0.9))?.value).toBeCloseTo(effects.smiling * 0.1 + effects.glasses * 0.9, 1);
    const still = accounted(runWhere(0, 0));
    expect(still).toMatchObject({ base: "smiling", count: 100, enough: false });
    expect(still?.value).toBeCloseTo(0, 10);
  });

  test("is a part of all falls together, with the interval of images", () => {
    // Images that fall far are explained, the others are not.
    const run = runWhere(0, 0, {
      relativeChange: (_, downstream, image) => (downstream === "judge/smiling" && image % 10 < 5 ? 1 : 0),
    });
    const one = accounted(run);
    expect(one?.value).toBeCloseTo(effects.smiling * (2 / 3), 1);
    const [low, high] = one?.ci ?? [0, 0];
    expect(low).toBeLessThan(one?.value as number);
    expect(high - low).toBeGreaterThan(0.05);
    expect(high - low).toBeLessThan(0.2);
  });

  test("names the images whose fall is left over, the most unexplained first, only where it is too little", () => {
    const run = runWhere(0, 0, { fall: (_, image) => 0.3 + 0.003 * image });
    const { images = [] } = accounted(run) ?? {};
    expect(images).toHaveLength(12);
    expect(images[0]).toMatchObject({ image: "face-0099.png" });
    expect(images[0]?.fall).toBeCloseTo(0.597, 10);
    expect(images.map(({ fall }) => fall)).toEqual(images.map(({ fall }) => fall).toSorted((a, b) => b - a));
    expect(accounted(runWhere(1, 0))).toMatchObject({ enough: true, images: [] });
  });

  test("is not asked of runs without interventions, of bases without effects, and of few images", () => {
    expect(matrixOf({ ...runWhere(1, 0), interventions: [] }).accountedFor).toBeNull();
    const own = matrixOf(runWhere(1, 0, { bases: ["smiling", "young"], downstream: ["smiling", "glasses", "young"] }));
    expect(own.accountedFor?.map(({ base }) => base)).toEqual(["smiling"]);
    expect(matrixOf(runWhere(0, 0, { count: 9 })).accountedFor).toEqual([]);
  });

  test("leaves single cells as they are, and the classifier without an all-clear: in the summary and in a check", () => {
    const [whole, something] = [runWhere(1, 0), runWhere(0, 0)];
    const cells = (run: RunData) => matrixOf(run).cells.map(({ state }) => state);
    expect(cells(something)).toEqual(cells(whole));
    expect(summaryOf(whole).unnamed).toEqual([]);
    expect(summaryOf(something).unnamed).toEqual([
      {
        base: "smiling",
        sentence: expect.stringMatching(
          /^Something that none of these features names lowers smiling: they explain 0 % \(95 % interval 0 to 0 %\) of its fall, which is no all-clear \(most unexplained: /,
        ),
      },
    ]);
    const [kept, lowered] = [runWhere(1, 0, {}, 0), runWhere(0, 0, {}, 0)];
    expect(summaryOf(lowered).headline).toContain("omething that no feature names lowers the classifier");
    expect(summaryOf(kept).headline).not.toContain("no feature names");
    const notesOf = (run: RunData) => checkRun(run as Parameters<typeof checkRun>[0], ["smiling->glasses=0.5"]).notes;
    expect(notesOf(whole)).toEqual([]);
    expect(notesOf(something)).toEqual([expect.stringContaining("none of these features names lowers smiling")]);
  });
});
