import { expect, test } from "vitest";
import { checkRun } from "../../../src/audit/compare/check.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { directedRun } from "../directed-run.ts";
import { type MovedOptions, movedRows, movedRun } from "./moved-run.ts";

const judges: MovedOptions = {
  witnesses: { smiling: "judge/smiling", glasses: "judge/glasses" },
  predictions: {
    "judge/smiling": ({ smiling = 0 }) => smiling,
    "judge/glasses": ({ glasses = 0 }) => glasses,
    smiling: ({ smiling = 0 }) => 0.1 + 0.8 * smiling,
    glasses: ({ glasses = 0 }) => glasses,
  },
};
const named = (relativeChange: number) => ({
  relativeChange: (_: string, downstream: string, image: number) =>
    downstream === "glasses" ? relativeChange + 0.01 * (image % 3) : 0.9,
});

test("a clear effect passes among many bounds as it does alone", () => {
  const run = movedRun(judges, named(0));
  const one = checkRun(run, ["smiling->glasses.effect=0.2"]).checks;
  expect(one).toMatchObject([{ verdict: "passed" }]);
  const many = checkRun(
    run,
    Array.from({ length: 200 }, (_, i) => `smiling->glasses.effect=0.${2000 + i}`),
  ).checks;
  expect(new Set(many.map(({ verdict }) => verdict))).toEqual(new Set(["passed"]));
});

test("interventions that cannot tell do not keep relative changes from failing", () => {
  const blindJudge = { ...judges.predictions, "judge/glasses": ({ glasses = 0 }) => 0.5 + 0.1 * glasses };
  const run = movedRun({ ...judges, predictions: blindJudge }, named(0.6));
  const cell = alignmentMatrix(run).cells.find(({ downstream }) => downstream === "glasses");
  expect(cell).toMatchObject({ state: "found", effect: { state: "unresolved", reason: "not-moved" } });
  const [item] = checkRun(run, ["smiling->glasses=0.2"]).checks;
  expect(item).toMatchObject({ measure: "rc", verdict: "failed" });
  expect(item?.sentence).toMatch(/beyond ±0\.2; the effect cannot tell: .*saw the feature move on only 0 of 48/);
  // Asked for by name it is what it is.
  expect(checkRun(run, ["smiling->glasses.effect=0.2"]).checks).toMatchObject([{ verdict: "unresolved" }]);
});

test("a clear effect does not pass against a share of the direction beyond the bound", () => {
  const run = directedRun([0.8, 0.6, 0, 0], {
    images: 60,
    concepts: { biased: "smiling", smiling: "smiling" },
    relativeChange: (_, __, image) => 0.01 * (image % 3),
  });
  const interventions = movedRows({
    witnesses: { smiling: "smiling", glasses: "glasses" },
    predictions: { ...judges.predictions, biased: ({ smiling = 0 }) => 0.1 + 0.8 * smiling },
  });
  const whole = { ...run, interventions };
  const cell = alignmentMatrix(whole, { resamples: 200 }).cells.find(({ downstream }) => downstream === "glasses");
  expect(cell).toMatchObject({ reason: "contradicted", effect: { state: "clear" } });
  const [item] = checkRun(whole, ["biased->glasses=0.2"], { resamples: 200 }).checks;
  expect(item).toMatchObject({ measure: "effect", verdict: "unresolved", reason: "contradicted" });
  expect(item?.sentence).toContain("but the decomposition finds a share of glasses beyond it");
});

test("an effect is held against its bound only, and is dismissed by what an auditor said of an effect, not of a relative change", () => {
  const used = {
    ...judges.predictions,
    smiling: ({ smiling = 0, glasses = 0 }) => 0.1 + 0.4 * smiling + 0.4 * glasses,
  };
  const run = movedRun({ ...judges, predictions: used }, named(0.6));
  const baseline = { ...run, interventions: [] };
  const check = (effect: number | null) => {
    const mark = { base: "smiling", downstream: "glasses", verdict: "dismissed", comment: "", at: "" } as const;
    const marks = [{ ...mark, relativeChange: null, effect }];
    return checkRun(run, ["smiling->glasses.effect=0.2"], { baseline, marks });
  };
  const { checks, notes } = check(null);
  expect(checks).toMatchObject([{ kind: "bound", measure: "effect", verdict: "failed", dismissed: false }]);
  expect(check(0.4).checks).toMatchObject([{ verdict: "failed", dismissed: true, mark: { holds: true } }]);
  expect(check(0.1).checks).toMatchObject([{ verdict: "failed", dismissed: false, mark: { holds: false } }]);
  expect(check(-0.4).checks).toMatchObject([{ dismissed: false, mark: { holds: false } }]);
  expect(notes).toContain('effects are held against their bound only, not the baseline: "smiling->glasses.effect=0.2"');
});
