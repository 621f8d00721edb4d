import { expect, test } from "vitest";
import { diffRuns } from "../../../src/audit/compare/diff.ts";
import { createRandom } from "../../../src/base/random.ts";
import { type ExampleOptions, exampleRun } from "../example-run.ts";

/** A run in which each base moves each feature by a mean on images that have it; the same images in every run. */
function run(seed: string, means: Readonly<Record<string, number>>, example: ExampleOptions = {}) {
  const random = createRandom(seed);
  return exampleRun({
    downstream: ["smiling", ...Object.keys(means)],
    relativeChange: (_, downstream, __, present) => (present ? (means[downstream] ?? 0) : 0) + 0.05 * random.normal(),
    ...example,
  });
}

const outcomes = (diff: ReturnType<typeof diffRuns>) =>
  Object.fromEntries(
    diff.cells.map(({ downstream, outcome, reason }) => [
      downstream.after,
      reason === null ? outcome : `${outcome}: ${reason}`,
    ]),
  );

test("found → clear is removed, the reverse introduced, what stays is unchanged, what only shrinks or grows is said", () => {
  const before = run("before", { glasses: 0.8, hat: 0, beard: 0.4, tie: 0.9, bangs: 0.3, earrings: 0.2 });
  const after = run("after", { glasses: 0, hat: 0.8, beard: 0.4, tie: 0.4, bangs: 0.8, earrings: 0.1 });
  expect(outcomes(diffRuns(before, after))).toEqual({
    glasses: "removed",
    hat: "introduced",
    tie: "unresolved: weaker",
    bangs: "unresolved: stronger",
    earrings: "unresolved: straddles",
    beard: "unchanged",
    smiling: null,
  });
});

test("what the judge rejects is neither removed nor introduced", () => {
  const judged = (seed: string, glasses: number) =>
    run(
      seed,
      { glasses },
      {
        judges: ["b/glasses"],
        concepts: { smiling: "smiling", glasses: "glasses", "b/glasses": "glasses" },
      },
    );
  const [used, clear] = [judged("used", 0.8), judged("clear", 0)];
  const forth = diffRuns(used, clear);
  expect(outcomes(forth)).toMatchObject({ glasses: "unresolved: rejected" });
  expect(forth.cells[0]?.sentence).toContain(
    "neither removed nor introduced: found before, but the judge of that run rejects it",
  );
  expect(outcomes(diffRuns(clear, used))).toMatchObject({ glasses: "unresolved: rejected" });
});

test("two runs the other way round have the other signs", () => {
  const [one, other] = [run("one", { glasses: 0.8, hat: 0.1 }), run("other", { glasses: 0, hat: 0.5 })];
  const [forth, back] = [diffRuns(one, other), diffRuns(other, one)];
  expect(outcomes(forth)).toMatchObject({ glasses: "removed", hat: "unresolved: stronger" });
  expect(outcomes(back)).toMatchObject({ glasses: "introduced", hat: "unresolved: weaker" });
  for (const cell of forth.cells) {
    const reverse = back.cells.find(({ downstream }) => downstream.before === cell.downstream.after);
    expect(reverse?.present.difference).toBeCloseTo(-(cell.present.difference as number), 12);
    expect(reverse?.present.count).toBe(cell.present.count);
  }
});

test("differences are those of the pairs, whatever the images are called and however they are ordered", () => {
  const before = run("before", { glasses: 0.8 }, { count: 80 });
  const other = run("after", { glasses: 0.3 }, { count: 100, fall: (_, image) => (image % 10 === 1 ? 0.1 : 0.6) });
  const renamed = (image: string) => `copy-of-${image}`;
  const after = {
    ...other,
    images: other.images.map((row) => ({ ...row, image: renamed(row.image) })).reverse(),
    predictions: other.predictions.map((row) => ({ ...row, image: renamed(row.image) })),
    counterfactuals: other.counterfactuals.map((row) => ({ ...row, image: renamed(row.image) })),
    changes: other.changes.map((row) => ({ ...row, image: renamed(row.image) })),
  };
  const diff = diffRuns(before, after);
  // 8 of the first 80 and 2 of the next 20 moved too little in the second run.
  expect(diff.rows).toEqual([
    { base: { before: "smiling", after: "smiling" }, both: 72, beforeOnly: 8, afterOnly: 18 },
  ]);
  const cell = diff.cells.find(({ downstream }) => downstream.after === "glasses");
  const changesOf = (some: typeof before, name: (image: string) => string) =>
    new Map(
      some.changes
        .filter(({ downstream }) => downstream === "glasses")
        .map(({ image, relativeChange }) => [name(image), relativeChange as number]),
    );
  const [old, now] = [changesOf(before, (image) => image), changesOf(other, (image) => image)];
  const differences = [...old].flatMap(([image, value]) => {
    const index = Number(image.slice(5, 9));
    return index % 2 === 0 && index % 10 !== 1 ? [(now.get(image) as number) - value] : [];
  });
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const deviation = Math.sqrt(
    differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1),
  );
  expect(cell?.present.count).toBe(40);
  expect(cell?.present.difference).toBeCloseTo(mean, 12);
  // Student's interval, close to the bootstrap's for normal values: t(39) at 97.5 % is 2.023.
  const half = (2.023 * deviation) / Math.sqrt(40);
  expect(cell?.present.ci?.[0]).toBeCloseTo(mean - half, 2);
  expect(cell?.present.ci?.[1]).toBeCloseTo(mean + half, 2);
});

test("equal files count once", () => {
  const once = run("once", { glasses: 0.5 }, { count: 50 });
  const twice = run("twice", { glasses: 0.5 }, { count: 60 });
  const doubled = {
    ...twice,
    images: twice.images.map((row, index) => ({ ...row, sha256: `${index % 50}` })),
  };
  expect(diffRuns(once, doubled).rows[0]).toMatchObject({ both: 50, beforeOnly: 0, afterOnly: 0 });
});

test("names are paired by name or as told; those left over are listed", () => {
  const before = run("before", { glasses: 0.8, hat: 0 }, { bases: ["erm", "young"], downstream: ["glasses", "hat"] });
  const after = run(
    "after",
    { glasses: 0, cap: 0 },
    { bases: ["jtt", "young"], downstream: ["glasses", "cap", "tie"] },
  );
  const diff = diffRuns(before, after, { map: ["erm=jtt", "hat=cap"] });
  expect(diff.rows.map(({ base }) => base)).toEqual([
    { before: "erm", after: "jtt" },
    { before: "young", after: "young" },
  ]);
  expect(diff.unpaired).toEqual({
    bases: { before: [], after: [] },
    downstream: { before: [], after: ["tie"] },
  });
  expect(diffRuns(before, after).unpaired.bases).toEqual({ before: ["erm"], after: ["jtt"] });
  const says = (map: string[], message: string) => expect(() => diffRuns(before, after, { map })).toThrow(message);
  says(["erm"], 'map "erm": expected old=new, a classifier\'s name in the first run and in the second');
  says(["erm=jt"], 'map "erm=jt": the second run has no "jt": did you mean "jtt"?');
  says(["erm=jtt", "erm=young"], 'map "erm=young": "erm" is mapped twice');
  says(["erm=jtt", "young=jtt"], 'map "young=jtt": "jtt" is mapped to twice');
});

test("two bases of one run are compared by mapping one to the other", () => {
  const random = createRandom("both");
  const both = exampleRun({
    bases: ["biased", "clean"],
    downstream: ["glasses"],
    relativeChange: (base, _, __, present) => (present && base === "biased" ? 0.7 : 0) + 0.05 * random.normal(),
  });
  const { cells } = diffRuns(both, both, { map: ["biased=clean"] });
  expect(cells.map(({ base, outcome }) => [base, outcome])).toEqual([
    [{ before: "biased", after: "clean" }, "removed"],
  ]);
});

test("runs without a base in common are refused with the way to say which is which", () => {
  const [one, other] = [run("one", {}, { bases: ["erm"] }), run("other", {}, { bases: ["jtt"] })];
  expect(() => diffRuns(one, other)).toThrow(
    'no base has the same name in both runs: say which is which, such as map "erm=jtt"',
  );
});

test("a cell whose pairs are too few is unresolved, and says how many there are", () => {
  const one = run("one", { glasses: 0.8 }, { fall: (_, image) => (image < 55 ? 0.6 : 0) });
  const other = run("other", { glasses: 0.8 }, { fall: (_, image) => (image >= 48 ? 0.6 : 0) });
  const cell = diffRuns(one, other).cells.find(({ downstream }) => downstream.after === "glasses");
  expect(cell).toMatchObject({ outcome: "unresolved", reason: "too-few", stratum: null });
  expect(cell?.sentence).toBe(
    "smiling → glasses: unresolved, too few images used under both (4 that have the feature, 3 that lack it)",
  );
});

test("a sentence says both figures, the difference and its interval", () => {
  const quiet: ExampleOptions = { relativeChange: (_, __, ___, present) => (present ? 0.8 : 0) };
  const before = exampleRun({ ...quiet, downstream: ["glasses"] });
  const after = exampleRun({ downstream: ["glasses"], relativeChange: () => 0 });
  expect(diffRuns(before, after).cells[0]?.sentence).toBe(
    "smiling → glasses: removed (found before, clear after): relative change 0.80 before and 0.00 after on 50 images that have them (difference −0.80, 95 % interval −0.80 to −0.80)",
  );
});
