import { expect, test } from "vitest";
import { atMost, largestShare, shareInterval } from "../../src/statistics/binomial.ts";

/** Summed term by term. */
function summed(count: number, of: number, share: number): number {
  let [term, sum] = [(1 - share) ** of, 0];
  for (let k = 0; k <= count; k++) {
    sum += term;
    term *= (((of - k) / (k + 1)) * share) / (1 - share);
  }
  return sum;
}

test("the binomial's lower tail is its sum", () => {
  for (const [count, of, share] of [
    [0, 29, 0.1],
    [3, 20, 0.2],
    [10, 400, 0.03],
    [24, 24, 0.5],
  ] as const)
    expect(atMost(count, of, share)).toBeCloseTo(summed(count, of, share), 12);
});

test("no hit among n leaves about 3/n, and 29 images are the first that exclude a tenth", () => {
  expect(largestShare(0, 100, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 100), 12);
  expect(largestShare(0, 28, 0.95)).toBeGreaterThan(0.1);
  expect(largestShare(0, 29, 0.95)).toBeLessThan(0.1);
  expect(largestShare(5, 5, 0.95)).toBe(1);
});

test("an interval of Clopper and Pearson leaves half the error beyond each end, and none is beyond 0 or 1", () => {
  const [low, high] = shareInterval(4, 24, 0.95);
  expect(summed(4, 24, high)).toBeCloseTo(0.025, 9);
  expect(1 - summed(3, 24, low)).toBeCloseTo(0.025, 9);
  // 0 of 24: from 0 to 14 %.
  expect(shareInterval(0, 24, 0.95)).toEqual([0, expect.closeTo(0.1425, 4)]);
  expect(shareInterval(24, 24, 0.95)).toEqual([expect.closeTo(0.8575, 4), 1]);
  expect(shareInterval(0, 0, 0.95)).toEqual([0, 1]);
});
