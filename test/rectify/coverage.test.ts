import { expect, test } from "vitest";
import { coverageOf, keepsCoverage } from "../../src/rectify/coverage.ts";
import type { Effect, Move } from "../../src/rectify/effect.ts";
import { effectOf } from "../../src/rectify/effect.ts";
import { judge } from "../../src/rectify/verdict.ts";

const move = (baseChange: number, change = 0): Move => ({
  baseChange,
  stopReason: "dropped",
  apart: false,
  relativeChanges: [change],
});
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test("coverage counts images with the feature that are used, corrected ones apart", () => {
  // Kept, lost, corrected, absent, and one that could not be used before.
  const before = [0.6, 0.6, 0.6, 0.6, 0.2].map((fall) => move(fall));
  const after = [0.6, 0.1, 0.1, 0.6, 0.6].map((fall) => move(fall));
  const present = [true, true, true, false, true];
  const corrected = [false, false, true, false, false];
  expect(coverageOf({ before, after }, present, corrected, 0.3)).toEqual({ corrected: 1, before: 2, after: 2 });
});

test("coverage is kept down to 80 %, and where there was nothing to lose", () => {
  expect(keepsCoverage({ corrected: 9, before: 10, after: 8 })).toBe(true);
  expect(keepsCoverage({ corrected: 9, before: 10, after: 7 })).toBe(false);
  expect(keepsCoverage({ corrected: 9, before: 0, after: 0 })).toBe(true);
});

/** The verdict on 20 rightly positive and 20 wrongly positive images with the feature, all biased and all used before, and 10 without it that never move. */
function verdictOn(moved: readonly Move[], correctedWith: readonly boolean[]): string {
  const without = times(10, move(0.6, 0));
  const before = [...times(40, move(0.6, 0.8)), ...without];
  const after = [...moved, ...without];
  const corrected = [...correctedWith, ...times(10, false)];
  const present = [...times(40, true), ...times(10, false)];
  const effect = (moves: readonly Move[]): Effect =>
    effectOf(moves, 0, { present, minBaseChange: 0.3, interval: () => [0.7, 0.9] });
  return judge({
    trainBefore: effect(before),
    helps: true,
    minEffect: 0.1,
    test: {
      ...{
        before: effect(before),
        after: effect(after),
        coverage: coverageOf({ before, after }, present, corrected, 0.3),
      },
      reduction: { value: 0.7, ci: [0.6, 0.8] },
    },
  }).verdict;
}

test("images that only the feature made positive may leave", () => {
  const after = [...times(20, move(0.6, 0.02)), ...times(20, move(0.05, 0.8))];
  expect(verdictOn(after, [...times(20, false), ...times(20, true)])).toBe("rectified");
});

test("a coefficient that hides a bias by making the biased images unusable is not measurable", () => {
  const wrongLost = [...times(20, move(0.6, 0.02)), ...times(20, move(0.05, 0.8))];
  // They are wrong by label, but still called positive: nothing was corrected.
  expect(verdictOn(wrongLost, times(40, false))).toBe("not measurable");
  // The rightly positive images are lost as well, or instead: labels excuse none of them.
  const rightLost = [...times(20, move(0.05, 0.8)), ...times(20, move(0.6, 0.02))];
  for (const corrected of [times(40, false), [...times(20, false), ...times(20, true)]]) {
    expect(verdictOn(rightLost, corrected)).toBe("not measurable");
  }
});
