import { expect, test } from "vitest";
import { checkRun } from "../../../src/audit/compare/check.ts";
import type { FiledRun } from "../../../src/audit/compare/comparable.ts";
import { diffRuns } from "../../../src/audit/compare/diff.ts";
import { expectationOutcomes } from "../../../src/audit/expectations/expectation-outcome.ts";
import { readExpectations } from "../../../src/audit/expectations/read-expectations.ts";
import { findings } from "../../../src/audit/findings/findings.ts";
import { resolutions } from "../../../src/audit/findings/resolution.ts";
import { summarize } from "../../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import type { InterventionRow } from "../../../src/interventions/rows.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { directedRun } from "../directed-run.ts";
import type { ExampleOptions } from "../example-run.ts";
import { type MovedOptions, movedRows, movedRun } from "./moved-run.ts";

/** A smile that falls with glasses by so much. */
function world(use: number, changes: Partial<MovedOptions["predictions"]> = {}): MovedOptions {
  return {
    witnesses: { smiling: "judge/smiling", glasses: "judge/glasses" },
    predictions: {
      "judge/smiling": ({ smiling = 0 }) => smiling,
      "judge/glasses": ({ glasses = 0 }) => glasses,
      smiling: ({ smiling = 0, glasses = 0 }) => 0.1 + (0.8 - use) * smiling + use * glasses,
      glasses: ({ glasses = 0 }) => glasses,
      ...changes,
    } as MovedOptions["predictions"],
  };
}

/** What moves along when the smile is lowered: so far the classifier says, and so far its judge. */
const along = (glasses: number, judge = glasses): ExampleOptions => ({
  relativeChange: (_, downstream, image) =>
    (downstream === "glasses" ? glasses : downstream === "judge/glasses" ? judge : 0.9) + 0.01 * (image % 3),
});

const cellOf = (run: RunData) =>
  alignmentMatrix(run, { resamples: 200 }).cells.find(({ downstream }) => downstream === "glasses");

test("what a judge says of relative change does not doubt what an effect found", () => {
  const run = movedRun(world(0.4), along(0.6, 0));
  expect(cellOf(run)).toMatchObject({
    state: "found",
    effect: { state: "found" },
    alignment: { state: "found" },
    rejected: false,
  });
  const [outcome] = expectationOutcomes(alignmentMatrix(run), readExpectations(run, "smiling->glasses = 0.3..0.5"));
  expect(outcome).toMatchObject({ found: 1, rejected: 0 });
  expect(outcome?.sentence).toMatch(/is expected from 0\.30 to 0\.50, and is found: effect 0\.40 \(/);
});

test("runs are compared by the states of what is compared, relative change", () => {
  const moving = movedRun(world(0), along(0.6));
  const still = movedRun(world(0), along(0));
  expect(cellOf(moving)).toMatchObject({ state: "unresolved", reason: "contradicted" });
  expect(cellOf(still)).toMatchObject({ state: "clear" });
  const [cell] = diffRuns(moving, still, { resamples: 200 }).cells;
  expect(cell).toMatchObject({ before: { state: "found" }, after: { state: "clear" }, outcome: "removed" });
});

test("more images are not promised where interventions decide, and not waited for where they would change nothing", () => {
  const run = movedRun({ ...world(0.11), pictures: 8 }, { ...along(0), count: 30 });
  const matrix = alignmentMatrix(run, { resamples: 200 });
  const cell = matrix.cells.find(({ downstream }) => downstream === "glasses");
  expect(cell).toMatchObject({ state: "unresolved", reason: "straddles", moreImages: null });
  const settled = (alignment: object) =>
    resolutions({ ...matrix, cells: [{ ...cell, alignment } as never] })[0]?.settled;
  expect(settled({ state: "clear", reason: null })).toBe(true);
  // Relative change may still find what the effect cannot tell.
  expect(settled({ state: "unresolved", reason: "too-few" })).toBe(false);
});

test("a row waits for unedited images where they may settle an effect that straddles, until a thousand were looked at", () => {
  const run = movedRun({ ...world(0.11), pictures: 8 }, { ...along(0), count: 30 });
  const matrix = alignmentMatrix(run, { resamples: 200 });
  const cell = matrix.cells.find(({ downstream }) => downstream === "glasses");
  const alignment = { state: "clear", reason: null };
  const settled = (effect: object) =>
    resolutions({ ...matrix, cells: [{ ...cell, alignment, effect: { ...cell?.effect, ...effect } } as never] })[0]
      ?.settled;
  const unedited = (count: number) => ({ value: 0.1, ci: [0.05, 0.15], count });
  expect(cell?.effect?.reason).toBe("straddles");
  expect(settled({ unedited: unedited(999) })).toBe(false);
  expect(settled({ unedited: unedited(1000) })).toBe(true);
  // Features that come together in them are not told apart by more of the same.
  expect(settled({ unedited: null })).toBe(true);
  expect(settled({ reason: "not-moved", unedited: unedited(30) })).toBe(true);
});

function summaryOf(run: RunData) {
  const matrix = alignmentMatrix(run, { resamples: 200 });
  return summarize(run, matrix, findings(matrix));
}

test("what an effect found does not rest on what moves along", () => {
  expect(summaryOf(movedRun(world(0.4), along(0))).states).not.toContain("rests only on what moves along");
  expect(summaryOf(movedRun({ ...world(0), pictures: 3 }, along(0.6))).states).toContain(
    "rests only on what moves along",
  );
});

test("a summary says what was moved, what was not, and whose effects nobody tells", () => {
  const run = movedRun(world(0), {
    bases: ["smiling", "young"],
    downstream: ["smiling", "glasses", "hat", "young"],
  });
  expect(summaryOf(run).method).toContain(
    "Two features were taken out of pictures and put into others (96 edited images), and all classifiers watched. " +
      "Not moved, so that nothing is known of their effects: young, hat (ten pictures with them and without them, and a classifier that tells them, are needed). " +
      "No effects on young, whose own feature was not moved or is told by nobody else (a judge would).",
  );
  expect(summaryOf({ ...run, interventions: [] }).method).not.toContain("taken out");
});

test("a summary says which features counterfactuals moved, who told their own edits, and why there are none", () => {
  const methodOf = (editedBy: Record<string, string>, withoutEditor: Record<string, string> = {}) =>
    summaryOf({ ...movedRun({ ...world(0.4), editedBy }, along(0)), withoutEditor }).method;
  expect(methodOf({})).not.toContain("counterfactuals,");
  const other = methodOf({ glasses: "glasses" });
  expect(other).toContain("By counterfactuals, since nothing else moves them as far: glasses (48 edited images).");
  expect(other).not.toContain("Told by the network");
  expect(methodOf({ glasses: "judge/glasses" })).toContain(
    "Told by the network that made the edit, so that no effect of theirs is clear by this alone: glasses (a judge would do).",
  );
  expect(methodOf({}, { glasses: "no gradient of y by x: Loop" })).toContain(
    "Neither pattern nor spectrum moves glasses, and no counterfactual was made of it: no gradient of y by x: Loop.",
  );
  const spectral = movedRun({ ...world(0.4), editedBy: { glasses: "glasses" } }, along(0));
  const bySpectra = spectral.interventions?.map((row): InterventionRow => {
    return row.editor === "pattern" ? row : { ...row, editor: "spectrum", editedBy: null };
  });
  const { method } = summaryOf({ ...spectral, ...(bySpectra && { interventions: bySpectra }) });
  expect(method).toContain(
    "By their spectra, how strong each fineness of detail is, since no pattern moves them as far: glasses (48 edited images).",
  );
  expect(method).not.toContain("By counterfactuals");
  const [finding] = findings(
    alignmentMatrix(movedRun({ ...world(0.4), editedBy: { glasses: "judge/glasses" } }, along(0))),
  );
  expect(finding?.qualifiers).toContain(
    "told by the network that made the edits: no other tells glasses (a judge would)",
  );
});

test("a finding of relative change says what interventions could not tell", () => {
  const qualifiersOf = (run: RunData) => findings(alignmentMatrix(run, { resamples: 200 }))[0]?.qualifiers;
  const unmoved = movedRun(world(0, { "judge/glasses": ({ glasses = 0 }) => 0.5 + 0.1 * glasses }), along(0.6));
  expect(qualifiersOf(unmoved)).toContain("interventions could not move glasses: its witness saw it on 0 of 48");
  const wide = movedRun({ ...world(0.09), pictures: 12 }, along(0.6));
  expect(qualifiersOf(wide)).toContainEqual(
    expect.stringMatching(
      /^its effect cannot tell: 0\.09 \(0\.\d\d–0\.\d\d\) where glasses alone is taken out and put in$/,
    ),
  );
});

test("a headline calls nothing found where an effect is only likely", () => {
  const run = movedRun(world(0.115), along(0));
  expect(cellOf(run)).toMatchObject({ state: "unresolved", reason: "straddles" });
  expect(summaryOf(run).headline).toBe("The classifier may rely on a feature that is not its own");
});

test("a summary says where no effect can be clear, and how many pictures would do", () => {
  const few = movedRun({ ...world(0), pictures: 14 }, along(0));
  expect(summaryOf(few).method).toContain(
    "With 28 edited images a feature no effect is clear, since a use on 10 % of the images cannot be excluded: 29 are needed (option interventions, at least 15).",
  );
  expect(cellOf(few)).toMatchObject({ state: "unresolved", reason: "rare-use" });
  const enough = movedRun({ ...world(0), pictures: 15 }, along(0));
  expect(summaryOf(enough).method).not.toContain("no effect is clear");
  expect(cellOf(enough)).toMatchObject({ state: "clear" });
});

test("what only a probe says is no all-clear: not of a cell, not in the headline, not in a check", () => {
  const judged = movedRun(world(0), along(0)) as FiledRun;
  const probed = { ...judged, probes: ["judge/glasses"] };
  expect(cellOf(judged)).toMatchObject({ state: "clear" });
  expect(cellOf(probed)).toMatchObject({ state: "unresolved", reason: "told-by-editor" });
  expect(summaryOf(probed).headline).not.toContain("keep");
  expect(summaryOf(probed).method).toContain("Told by probes alone");
  const checkOf = (run: FiledRun, bound: string) => checkRun(run, [bound]).checks[0];
  expect(checkOf(judged, "smiling->glasses.effect=0.1")).toMatchObject({ verdict: "passed" });
  expect(checkOf(probed, "smiling->glasses.effect=0.1")).toMatchObject({ verdict: "unresolved" });
  // What answered was there.
  const used = { ...movedRun(world(0.4), along(0)), probes: ["judge/glasses"] } as never as FiledRun;
  expect(checkOf(used, "smiling->glasses.effect=-0.1..0.6")).toMatchObject({ verdict: "passed" });
  expect(checkOf(used, "smiling->glasses.effect=0.1")).toMatchObject({ verdict: "failed" });
});

test("of what a model of texts named and nobody has checked nothing is clear, no check passes, and findings say so first", () => {
  const judged = movedRun(world(0), along(0)) as FiledRun;
  const named = "glasses is named by CLIP, not checked";
  const checkOf = (run: FiledRun, bound: string) => checkRun(run, [bound]).checks[0];
  for (const unchecked of [["glasses"], ["judge/glasses"]]) {
    const run = { ...judged, unchecked };
    expect(cellOf(run)).toMatchObject({
      ...{ state: "unresolved", reason: "unchecked" },
      effect: { state: "unresolved", reason: "unchecked" },
      alignment: { state: "unresolved", reason: "unchecked" },
    });
    expect(summaryOf(run).headline).not.toContain("keep");
    expect(checkOf(run, "smiling->glasses.effect=0.1")).toMatchObject({ verdict: "unresolved", reason: "unchecked" });
  }
  const run = { ...judged, unchecked: ["glasses"] };
  expect(checkOf(judged, "smiling->glasses=0.1")).toMatchObject({ verdict: "passed" });
  expect(checkOf(run, "smiling->glasses=0.1")).toMatchObject({ verdict: "unresolved", reason: "unchecked" });
  expect(checkOf(run, "smiling->glasses.effect=0.1")?.sentence).toContain(named);
  // What is found stays found, by effects as by relative changes.
  const used = { ...movedRun(world(0.4), along(0.6)), unchecked: ["glasses"] } as never as FiledRun;
  expect(cellOf(used)).toMatchObject({ state: "found" });
  expect(checkOf(used, "smiling->glasses.effect=0.1")).toMatchObject({ verdict: "failed" });
  expect(findings(alignmentMatrix(used)).map(({ qualifiers }) => qualifiers[0])).toEqual([named]);
  const moving = { ...used, interventions: [] };
  expect(findings(alignmentMatrix(moving)).find(({ downstream }) => downstream === "glasses")?.qualifiers[0]).toBe(
    named,
  );
});

test("a share of the direction that an effect denies is told as that, whatever moves along", () => {
  const run = directedRun([0.8, 0.6, 0, 0], {
    images: 60,
    concepts: { biased: "smiling", smiling: "smiling" },
    relativeChange: (_, downstream, image) => (downstream === "glasses" ? 0.11 : 0) + 0.05 * (image % 3),
  });
  const { predictions, witnesses } = world(0);
  const biased = predictions.smiling as MovedOptions["predictions"][string];
  const whole = { ...run, interventions: movedRows({ witnesses, predictions: { ...predictions, biased } }) };
  const matrix = alignmentMatrix(whole, { resamples: 200, minEffect: 0.15 });
  const [finding] = findings(matrix).filter(({ downstream }) => downstream === "glasses");
  expect(finding).toMatchObject({ kind: "contradicted", group: "contradicted", effect: { count: 48 } });
  expect(finding?.sentence).toMatch(
    /^The direction of biased has a share of glasses, 0\.\d\d \(.*\); but biased hardly changes when glasses alone is taken out or put in: effect 0\.00\.$/,
  );
  expect(summarize(whole, matrix, findings(matrix)).headline).toContain(
    "effect, relative change and decomposition disagree in 1",
  );
});
