import { expect, test } from "vitest";
import { checkRun } from "../../../src/audit/compare/check.ts";
import { readExpectations } from "../../../src/audit/expectations/read-expectations.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { createRandom } from "../../../src/base/random.ts";
import { type ExampleOptions, exampleRun } from "../example-run.ts";

/** A run in which smiling moves each feature by a mean and a spread on images that have it, and by nothing but the spread on the others. */
function run(means: Readonly<Record<string, number>>, spread = 0.1, example: ExampleOptions = {}) {
  const random = createRandom("check");
  return exampleRun({
    downstream: ["smiling", ...Object.keys(means)],
    relativeChange: (_, downstream, __, present) => (present ? (means[downstream] ?? 0) : 0) + spread * random.normal(),
    ...example,
  });
}

const verdicts = (...args: Parameters<typeof checkRun>) =>
  checkRun(...args).checks.map(({ verdict, reason, stratum }) => [verdict, reason, stratum]);

test("an interval beyond the bound fails, one within passes, one over its end is unresolved", () => {
  const some = run({ glasses: 0.5, hat: 0.02, beard: 0.21 });
  expect(verdicts(some, ["smiling->glasses=0.2"])).toEqual([["failed", null, "present"]]);
  expect(verdicts(some, ["smiling->hat=0.2"])[0]?.slice(0, 2)).toEqual(["passed", null]);
  expect(verdicts(some, ["smiling->beard=0.2"])).toEqual([["unresolved", "straddles", "present"]]);
});

test("a signed range allows one direction only", () => {
  const some = run({ glasses: 0.5 });
  // Absent images do not move, so the range has to hold 0.
  expect(verdicts(some, ["smiling->glasses=-0.2..0.8"])[0]?.[0]).toBe("passed");
  expect(verdicts(some, ["smiling->glasses=-0.8..0.2"])).toEqual([["failed", null, "present"]]);
});

test("intervals are those of the matrix at the corrected confidence, and widen with the list", () => {
  const some = run({ glasses: 0.5, hat: 0 });
  const one = checkRun(some, ["smiling->glasses=0.2"]);
  const three = checkRun(some, ["smiling->glasses=0.2", "smiling->hat=0.2", "smiling->glasses=0.7"]);
  expect(one.intervalConfidence).toBeCloseTo(1 - 0.05 / 2, 12);
  expect(three.intervalConfidence).toBeCloseTo(1 - 0.05 / 6, 12);
  const cell = (confidence: number, resamples: number) =>
    alignmentMatrix(some, { confidence, resamples }).cells.find(({ downstream }) => downstream === "glasses");
  for (const check of [one, three]) {
    const expected = cell(check.intervalConfidence, check.resamples);
    expect(check.checks[0]?.present).toEqual({
      mean: expected?.present.mean,
      ci: expected?.present.ci,
      count: expected?.present.count,
    });
  }
  expect(three.resamples).toBe(2000);
});

test("too few images, a base that rarely moves and a lost feature are unresolved, and say so", () => {
  expect(verdicts(run({ glasses: 0 }, 0.1, { count: 30 }), ["smiling->glasses=0.2"])[0]?.slice(0, 2)).toEqual([
    "unresolved",
    "too-few",
  ]);
  const still = run({ glasses: 0 }, 0.1, { fall: (_, image) => (image % 5 < 2 ? 0.6 : 0.1) });
  expect(verdicts(still, ["smiling->glasses=0.2"])[0]?.slice(0, 2)).toEqual(["unresolved", "base-unreachable"]);
  const seen = run({ glasses: 0 });
  const lost = { ...seen, predictions: seen.predictions.map((row) => ({ ...row, reconstruction: 0.1 })) };
  expect(checkRun(lost, ["smiling->glasses=0.2"]).checks[0]).toMatchObject({
    verdict: "unresolved",
    reason: "blind",
  });
});

test("a base that hardly moved passes nothing, whatever counts as moved, on all images or on those with the feature alone", () => {
  const asked = (fall: NonNullable<ExampleOptions["fall"]>, minBaseChange: number, drop = 0.6) => {
    const still = run({ glasses: 0 }, 0.1, { fall, options: { drop } });
    const [item] = checkRun(still, ["smiling->glasses=0.3"], { minBaseChange, baseline: still }).checks;
    const [cell] = alignmentMatrix(still, { minBaseChange, minEffect: 0.3 }).cells.filter(
      ({ downstream }) => downstream === "glasses",
    );
    expect([cell?.state, cell?.reason]).toEqual([item?.verdict === "passed" ? "clear" : "unresolved", item?.reason]);
    return item;
  };
  const still = asked(() => 0.01, 0);
  expect([still?.verdict, still?.reason]).toEqual(["unresolved", "base-unreachable"]);
  expect(still?.sentence).toMatch(
    /: smiling fell by 0\.01 on average where a drop of 0\.6 was asked for: a base that hardly moves says nothing$/,
  );
  // Images with the feature are the even ones.
  expect(asked((_, image) => (image % 2 === 0 ? 0.01 : 0.6), 0)?.reason).toBe("base-unreachable");
  expect(asked(() => 0.29, 0.2)?.reason).toBe("base-unreachable");
  expect(asked(() => 0.31, 0.2)?.verdict).toBe("passed");
  expect(asked(() => 0.16, 0.1, 0.3)?.verdict).toBe("passed");
  // As asked, and too little all the same.
  expect(asked(() => 0.06, 0, 0.05)?.reason).toBe("base-unreachable");
});

test("what hardly moved is no pass against a baseline either", () => {
  const still = run({ glasses: 0 }, 0.02, { fall: () => 0.01 });
  const { checks } = checkRun(still, ["smiling->glasses=0.3"], { minBaseChange: 0, baseline: still });
  expect(checks.map(({ kind, verdict }) => [kind, verdict])).toEqual([
    ["bound", "unresolved"],
    ["regression", "unresolved"],
  ]);
});

test("a bound passes on both strata or not at all: the one that was not looked at is unresolved, with its count", () => {
  const some = run({ glasses: 0 }, 0.01, { present: (_, image) => image < 6 });
  expect(checkRun(some, ["smiling->glasses=0.2"]).checks[0]).toMatchObject({
    verdict: "unresolved",
    reason: "too-few",
    sentence: expect.stringContaining(
      "too few images (6 images that have them, 94 images that lack them; 20 of each are needed to pass)",
    ),
  });
});

test("a bound does not pass against the images that the search's limit stopped before the drop", () => {
  const stopped = (image: number): boolean => image % 10 < 3;
  const some = run({ glasses: 0 }, 0.01, {
    fall: (_, image) => (stopped(image) ? 0.4 : 0.6),
    relativeChange: (_, __, image) => (stopped(image) ? 1 : 0) + 0.01 * (image % 3),
  });
  expect(checkRun(some, ["smiling->glasses=0.2"]).checks[0]).toMatchObject({
    verdict: "unresolved",
    reason: "cut-short",
  });
});

test("a name that the run does not have is an error that names the nearest, never a verdict", () => {
  const some = run({ glasses: 0 });
  expect(() => checkRun(some, ["smiling->glasses=1", "smilling->glasses=0.2"])).toThrow(
    'bounds "smilling->glasses=0.2": the run has no base "smilling": did you mean "smiling"?',
  );
  expect(() => checkRun(some, ["smiling->galsses=0.2"])).toThrow(
    'bounds "smiling->galsses=0.2": the run has no downstream classifier "galsses": did you mean "glasses"?',
  );
  expect(() => checkRun(some, ["smilling->*=0.2"])).toThrow('the run has no base "smilling"');
  const older = run({ hat: 0 });
  expect(() => checkRun(some, ["smiling->glasses=0.2"], { baseline: older })).toThrow(
    'bounds "smiling->glasses=0.2" against baseline: the baseline has no downstream classifier "glasses"',
  );
});

test("a * stands for every base or downstream classifier, without cells that have no state, and says how many", () => {
  const some = run({ glasses: 0, hat: 0 }, 0.1, {
    bases: ["smiling", "smiling-95"],
    concepts: { smiling: "smiling", "smiling-95": "smiling", glasses: "glasses", hat: "hat" },
  });
  const check = checkRun(some, ["smiling->*=0.4", "*->glasses=-0.2..0.3"]);
  expect(check.checks.map(({ bound }) => bound)).toEqual([
    "smiling->glasses=0.4",
    "smiling->hat=0.4",
    "smiling->glasses=-0.2..0.3",
    "smiling-95->glasses=-0.2..0.3",
  ]);
  expect(check.notes).toEqual(['"smiling->*=0.4" covers 2 cells', '"*->glasses=-0.2..0.3" covers 2 cells']);
  // Every cell counts in the correction: four cells of two strata.
  expect(check.intervalConfidence).toBeCloseTo(1 - 0.05 / 8, 12);
  expect(() => checkRun(some, ["*->smiling=0.2"])).toThrow('bounds "*->smiling=0.2": covers no cell that has a state');
});

test("a * that leaves nothing but what is expected is an error, in the library too", () => {
  const some = run({ glasses: 0, hat: 0 });
  const expected = readExpectations(some, "smiling -> glasses\nsmiling -> hat = -0.5..0.5");
  expect(() => checkRun(some, ["*->*=0.2"], { expected })).toThrow(
    'bounds "*->*=0.2": covers no cell: all 2 are expected (expected): expect less, or bound a cell by both of its names',
  );
  expect(() => checkRun(some, ["*->glasses=0.2"], { expected })).toThrow("covers no cell: the only one is expected");
  // A range is a bound, a relation without one is none.
  expect(checkRun(some, [], { expected }).checks).toHaveLength(1);
  expect(() => checkRun(some, [], { expected: expected.slice(0, 1) })).toThrow("expected at least one, got none");
});

test("an interval over the end of its bound says about how many more images would decide", () => {
  const some = run({ beard: 0.26 }, 0.2);
  const [item] = checkRun(some, ["smiling->beard=0.2"]).checks;
  const mean = item?.present.mean ?? Number.NaN;
  const low = item?.present.ci?.[0] ?? Number.NaN;
  expect(mean).toBeGreaterThan(0.2);
  // The lower half of the interval has to shrink, with the square root of the count, from mean − low to mean − bound.
  expect(item?.moreImages).toBe(Math.ceil(100 * (((mean - low) / (mean - 0.2)) ** 2 - 1)));
  expect(item?.sentence).toContain(`: about ${item?.moreImages} more images are needed`);
});

test("against a baseline, a cell that moved away fails, also within its bound, and one that came nearer passes", () => {
  const older = run({ glasses: 0.05, hat: 0.6, beard: 0.3 }, 0.05);
  const newer = run({ glasses: 0.35, hat: 0.1, beard: -0.3 }, 0.05);
  const bounds = ["smiling->glasses=0.8", "smiling->hat=0.8", "smiling->beard=0.8"];
  const { checks } = checkRun(newer, bounds, { baseline: older });
  expect(checks.map(({ kind, verdict }) => [kind, verdict])).toEqual([
    ["bound", "passed"],
    ["regression", "failed"],
    ["bound", "passed"],
    ["regression", "passed"],
    ["bound", "passed"],
    // From 0.3 to −0.3: another sign and no larger.
    ["regression", "passed"],
  ]);
  expect(checks[1]?.present.mean).toBeCloseTo(0.3, 1);
  expect(checks[3]?.present.mean).toBeCloseTo(-0.5, 1);
  expect(checks[5]?.present.mean).toBeCloseTo(0, 1);
});

test("the regression is the difference of |mean RC − middle| over the images of both runs", () => {
  const older = run({ glasses: -0.3 }, 0.2, { count: 90 });
  const newer = run({ glasses: 0.7 }, 0.2, { count: 120 });
  const { checks } = checkRun(newer, ["smiling->glasses=-0.1..0.3"], { baseline: older });
  const mean = (some: typeof older) => {
    const rows = some.changes.filter(
      ({ downstream, before, image }) => downstream === "glasses" && before >= 0.5 && image < "face-0090.png",
    );
    return rows.reduce((sum, { relativeChange }) => sum + (relativeChange as number), 0) / rows.length;
  };
  expect(checks[1]?.present.count).toBe(45);
  expect(checks[1]?.present.mean).toBeCloseTo(Math.abs(mean(newer) - 0.1) - Math.abs(mean(older) - 0.1), 12);
});

test("the baseline may know the classifiers by other names", () => {
  const older = run({ glasses: 0 }, 0.1, { bases: ["erm"], downstream: ["glasses"] });
  const newer = run({ glasses: 0 }, 0.1, { bases: ["dro"], downstream: ["glasses"] });
  const check = (map: string[]) => checkRun(newer, ["dro->glasses=0.2"], { baseline: older, map }).checks[1];
  expect(() => check([])).toThrow('the baseline has no base "dro": known are "erm"');
  expect(check(["erm=dro"])).toMatchObject({ verdict: "passed" });
  expect(() => check(["erm=drop"])).toThrow('map "erm=drop": the second run has no "drop": did you mean "dro"?');
});

test("a sentence says the figure, its interval, the images, and what that means for the bound", () => {
  const some = run({ glasses: 0.5 }, 0.001, { count: 60 });
  const [bound, regression] = checkRun(some, ["smiling->glasses=0.2"], {
    baseline: run({ glasses: 0 }, 0.001, { count: 60 }),
  }).checks.map(({ sentence }) => sentence);
  expect(bound).toBe("relative change 0.50 (0.50–0.50) on 30 images that have them: beyond ±0.2");
  expect(regression).toBe(
    "size of the relative change, minus the baseline's: 0.50 (0.50–0.50) on 30 images that have them: worse than the baseline by more than 0.1",
  );
});

test("what an auditor dismissed fails no build as long as it is no more than it was, and is said to be so", () => {
  const some = run({ glasses: 0.5 });
  const mark = {
    base: "smiling",
    downstream: "glasses",
    verdict: "dismissed",
    comment: "meant",
    effect: null,
    at: "",
  } as const;
  const check = (relativeChange: number, verdict: "accepted" | "dismissed" = "dismissed") =>
    checkRun(some, ["smiling->glasses=0.2"], { marks: [{ ...mark, verdict, relativeChange }] }).checks[0];
  expect(check(0.5)).toMatchObject({
    verdict: "failed",
    dismissed: true,
    mark: { verdict: "dismissed", comment: "meant", holds: true },
    sentence: expect.stringMatching(/beyond ±0\.2; dismissed by an auditor: meant$/),
  });
  expect(check(0.25)).toMatchObject({
    dismissed: false,
    sentence: expect.stringMatching(/; dismissed by an auditor when it was another: meant$/),
  });
  expect(check(0.5, "accepted")).toMatchObject({ dismissed: false, mark: { verdict: "accepted" } });
});

test("tells how far it is before every bound", () => {
  const told: string[] = [];
  const some = run({ glasses: 0, hat: 0, beard: 0 });
  checkRun(some, ["smiling->*=0.2"], { progress: (done, total) => told.push(`${done} of ${total}`) });
  expect(told).toEqual(["0 of 3", "1 of 3", "2 of 3"]);
});

test("seven hundred bounds take no more resamples than one: the ends that they ask for lie on a fitted tail", () => {
  const names = Array.from({ length: 27 }, (_, i) => `c${i}`);
  const run = exampleRun({ bases: names, downstream: names, count: 40 });
  const all = checkRun(run, ["*->*=0.2"]);
  expect(all.checks).toHaveLength(27 * 26);
  expect(all.resamples).toBe(checkRun(run, ["c0->c1=0.2"]).resamples);
  expect(all.intervalConfidence).toBeCloseTo(1 - 0.05 / (2 * 27 * 26), 12);
});
