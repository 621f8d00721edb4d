import { expect, test } from "vitest";
import { checkRun } from "../../src/audit/compare/check.ts";
import { findings } from "../../src/audit/findings/findings.ts";
import { summarize } from "../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { type DirectedOptions, directedRun } from "./directed-run.ts";

/** What is said of glasses: how far it moves along (on images that have it), and its weight in the direction. */
function told(relativeChange: number, weight: number, options: DirectedOptions = {}) {
  const run = directedRun([0.8, weight, 0, 0], {
    images: 60,
    // Its own concept: no cell of smiling is judged.
    concepts: { biased: "smiling", smiling: "smiling" },
    relativeChange: (_, downstream, image, present) =>
      (downstream === "smiling" ? 0.9 : downstream === "glasses" && present ? relativeChange : 0) + 0.01 * (image % 3),
    ...options,
  });
  const matrix = alignmentMatrix(run, { resamples: 200 });
  const all = findings(matrix);
  const { headline, groups } = summarize(run, matrix, all);
  const verdict = (bound: string) => checkRun(run, [bound], { resamples: 200 }).checks[0];
  return {
    cell: matrix.cells.find(({ downstream }) => downstream === "glasses"),
    found: all.filter(({ downstream }) => downstream === "glasses"),
    ...{ headline, groups, verdict },
  };
}

test("what moves along and has no share of the direction is unresolved, told apart, and not counted by the headline", () => {
  const { cell, found, headline, groups } = told(0.5, 0);
  expect(cell).toMatchObject({ state: "unresolved", reason: "contradicted", stratum: "present" });
  expect(found).toMatchObject([{ kind: "contradicted", group: "contradicted" }]);
  expect(found[0]?.sentence).toMatch(
    /^Lowering biased by 0\.60 lowers glasses by 0\.31 on average over the images that have them: relative change 0\.51 \(.*\); but the share of glasses in the direction of biased is close to 0: /,
  );
  expect(groups).toMatchObject({ confirmed: 0, open: 0, contradicted: 1 });
  expect(headline).toBe(
    "Nothing found, and 1 cell could not be resolved: relative change and decomposition disagree in 1",
  );
});

test("what moves along and has a share is found and confirmed by it", () => {
  const { cell, found } = told(0.5, 0.6);
  expect(cell).toMatchObject({ state: "found", reason: null });
  expect(found).toMatchObject([{ kind: "relies-on", group: "confirmed" }]);
});

test("a share of the other sign contradicts what moves along", () => {
  const { cell, found } = told(0.5, -0.6);
  expect(cell).toMatchObject({ state: "unresolved", reason: "contradicted" });
  expect(found[0]?.sentence).toContain(
    "; but the share of glasses in the direction of biased has the other sign: −0.6",
  );
});

test("a share that does not move along is no all-clear, in the matrix and in a check", () => {
  const { cell, found, verdict } = told(0, 0.6);
  expect(cell).toMatchObject({ state: "unresolved", reason: "contradicted" });
  expect(found[0]?.sentence).toMatch(
    /^The direction of biased has a share of glasses, 0\.\d\d \(.*\), but glasses hardly moves along: relative change 0\.01/,
  );
  expect(verdict("biased->glasses=0.2")).toMatchObject({ verdict: "unresolved", reason: "contradicted" });
  expect(verdict("biased->glasses=0.9")).toMatchObject({ verdict: "passed" });
  expect(told(0, 0).verdict("biased->glasses=0.2")).toMatchObject({ verdict: "passed" });
});

test("a share that was found for collinear concepts together is no all-clear for either of them, in a check as in the matrix", () => {
  const { cell, found, verdict } = told(0, 0.6, { twin: true });
  expect(cell).toMatchObject({ state: "unresolved", reason: "contradicted" });
  expect(verdict("biased->glasses=0.2")).toMatchObject({ verdict: "unresolved", reason: "contradicted" });
  expect(verdict("biased->specs=0.2")).toMatchObject({ verdict: "unresolved", reason: "contradicted" });
  // Alone, specs has no share: what was found is told of both.
  expect(found[0]?.sentence).toMatch(
    /^The direction of biased has a share of glasses and specs together, 0\.\d\d–0\.\d\d, but glasses hardly moves along: /,
  );
  expect(verdict("biased->specs=0.2")?.sentence).toContain("finds a share of glasses and specs together beyond it");
});

test("a decomposition that denies what moves along lets no build pass: the bound is on what moves", () => {
  expect(told(0.5, 0).verdict("biased->glasses=0.2")).toMatchObject({ verdict: "failed" });
});

test("a decomposition of fewer than ten images has no say", () => {
  const { cell, found } = told(0.5, 0, { decomposed: 9 });
  expect(cell).toMatchObject({ state: "found" });
  expect(found).toMatchObject([{ kind: "relies-on" }]);
});

test("what the judge rejects is told as rejected, whatever the decomposition says of it", () => {
  const { cell, found } = told(0.5, 0, {
    judges: ["b/glasses"],
    concepts: { biased: "smiling", smiling: "smiling", glasses: "glasses", "b/glasses": "glasses" },
  });
  expect(cell).toMatchObject({ reason: "contradicted", judge: { name: "b/glasses" } });
  expect(found).toMatchObject([{ kind: "contradicted", group: "rejected", unconfirmed: true }]);
  expect(found[0]?.qualifiers[0]).toMatch(/^the judge b\/glasses rejects it: /);
});
