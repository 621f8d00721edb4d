import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { rankCorrelation, ranks } from "../../src/statistics/rank-correlation.ts";

test("ties share the mean of their ranks", () => {
  expect([...ranks([5, 1, 5, 3])]).toEqual([3.5, 1, 3.5, 2]);
});

test("is 1 for any rising relation, −1 for any falling one, undefined where one side does not vary", () => {
  const xs = [0.1, 2, 3, 10];
  expect(rankCorrelation(xs, xs.map(Math.exp))).toBe(1);
  expect(
    rankCorrelation(
      xs,
      xs.map((x) => -x),
    ),
  ).toBe(-1);
  expect(rankCorrelation(xs, [1, 1, 1, 1])).toBeUndefined();
});

test("without ties is 1 − 6·Σd²/(n(n² − 1))", () => {
  const random = createRandom("ranks");
  const [xs, ys] = [0, 1].map(() => Array.from({ length: 40 }, () => random.normal())) as [number[], number[]];
  const place = (values: readonly number[], value: number): number => values.filter((other) => other <= value).length;
  const squares = xs.reduce((sum, x, i) => sum + (place(xs, x) - place(ys, ys[i] as number)) ** 2, 0);
  expect(rankCorrelation(xs, ys)).toBeCloseTo(1 - (6 * squares) / (40 * (40 ** 2 - 1)), 12);
});
