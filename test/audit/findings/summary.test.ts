import { expect, test } from "vitest";
import { findings } from "../../../src/audit/findings/findings.ts";
import { summarize } from "../../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { summarySchema } from "../../../src/results/matrix-schema.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { type ExampleOptions, exampleRun } from "../example-run.ts";

function summaryOf(example: ExampleOptions, changes: Partial<RunData> = {}) {
  const run = { ...exampleRun(example), ...changes };
  const matrix = alignmentMatrix(run, { resamples: 200 });
  return summarize(run, matrix, findings(matrix));
}

const judged: ExampleOptions = {
  judges: ["b/eyeglasses"],
  concepts: { smiling: "smiling", eyeglasses: "eyeglasses", "b/eyeglasses": "eyeglasses" },
};
const used = (judge: number): ExampleOptions => ({
  ...judged,
  relativeChange: (_, downstream, image) => (downstream === "eyeglasses" ? 0.5 : judge) + 0.01 * (image % 3),
});

/** Concepts of the base: what its predictions share with theirs is looked at, too. */
const conceptSets = { smiling: ["eyeglasses"] };
/** Base and feature go together on these images. */
const together: ExampleOptions = { before: (_, image) => (image % 2 === 0 ? 0.9 : 0.6) };

test("a summary is what its schema says", () => {
  const summary = summaryOf(used(0.5));
  expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
});

test("the headline counts classifiers by what confirms the finding, and not those that the judge rejects", () => {
  const confirmed = summaryOf({ ...used(0.5), ...together }, { conceptSets });
  expect(confirmed.headline).toBe("The classifier relies on a feature that is not its own");
  // A judge alone does not confirm it.
  expect(summaryOf(used(0.5)).headline).toBe(
    "The classifier may rely on a feature that is not its own: found, but not confirmed",
  );
  expect(summaryOf({ relativeChange: () => 0.5 }).headline).toBe(
    "The classifier may rely on a feature that is not its own: found, but not confirmed",
  );
  const rejected = summaryOf(used(0));
  expect(rejected.headline).toBe("The judge rejects everything that was found");
  expect(rejected.groups).toEqual({
    confirmed: 0,
    open: 0,
    contradicted: 0,
    "own-concept": 0,
    expected: 0,
    rejected: 1,
  });
});

test("the headline gives no all-clear on what was not looked at", () => {
  const clear = summaryOf({});
  expect(clear.headline).toBe("The classifier keeps to its own feature, as far as the other classifiers can tell");
  expect(clear.cells).toEqual({ found: 0, clear: 1, unresolved: 0 });
  // Nobody wears eyeglasses: fifty images without them clear nothing.
  const unseen = summaryOf({ present: () => false });
  expect(unseen.headline).toBe("Nothing found, and 1 cell could not be resolved");
  expect(unseen.states).toContain("1 cell is unresolved: there is no answer, which is no all-clear.");
  expect(summaryOf({ downstream: ["smiling"] }).headline).toBe("No cell could be judged");
});

test("what was found without a decomposition is said to rest on what moves along alone", () => {
  expect(summaryOf(used(0.5)).states).toMatch(
    /rests only on what moves along in the changed images: .*option decompose/,
  );
  expect(summaryOf({}).states).not.toContain("decompose");
});

test("the method says how many images were looked at, how many were chosen, and how many reached the drop", () => {
  const run = exampleRun({
    bases: ["smiling", "beard"],
    downstream: ["eyeglasses"],
    count: 50,
    fall: (base, image) => (base === "beard" && image >= 6 ? 0.4 : 0.6),
    options: { limit: 60 },
  });
  const more = { ...(run.images[0] as RunData["images"][number]), image: "not-reached.png" };
  const summary = summaryOf(
    { bases: ["smiling", "beard"], downstream: ["eyeglasses"], count: 50, options: { limit: 60 } },
    { ...run, images: [...run.images, more] },
  );
  expect(summary.method).toBe(
    "Of 51 images, 50 were looked at. For each of 2 classifiers, up to 60 images that it calls positive were chosen. Each was changed just far enough for the prediction to fall by 0.60 (the drop), or until the search ended. 56 of the 100 changed images (counterfactuals) reached the drop, fewest for beard (6 of 50). The figures of beard hold for this direction only: fewer than half of the images that could reached the drop; a path (option direction: path) reaches further, and its figures may differ. 100 are behind the figures: those whose prediction fell by more than 0.3.",
  );
  expect(summary.counts).toMatchObject({ listed: 51, lookedAt: 50, chosen: 50, counterfactuals: 100, reached: 56 });
});

test("the method names no worst classifier where every image of all of them reached the drop", () => {
  const { method } = summaryOf({ bases: ["smiling", "beard"], downstream: ["eyeglasses"], count: 50, fall: () => 0.6 });
  expect(method).toContain("100 of the 100 changed images (counterfactuals) reached the drop.");
});
