import { describe, expect, it } from "vitest";
import { shareInterval, upperBound } from "../../src/statistics/clopper-pearson.ts";

/** P(X ≤ some) of a binomial, summed term by term: the definition that the bounds invert. */
function atMost(some: number, count: number, share: number): number {
  let term = (1 - share) ** count;
  let sum = term;
  for (let k = 1; k <= some; k++) {
    term *= ((count - k + 1) / k) * (share / (1 - share));
    sum += term;
  }
  return sum;
}

describe("the exact interval of a share", () => {
  it.each([
    [0, 24],
    [1, 40],
    [31, 40],
    [39, 40],
  ])("%i of %i: its ends are the shares whose tails are half of what is left", (some, count) => {
    const [low, high] = shareInterval(some, count, 0.95);
    if (some > 0) expect(1 - atMost(some - 1, count, low)).toBeCloseTo(0.025, 8);
    expect(atMost(some, count, high)).toBeCloseTo(0.025, 8);
    expect(low).toBeLessThanOrEqual(some / count);
    expect(high).toBeGreaterThanOrEqual(some / count);
  });

  it("is 0 to 14 % for 0 of 24", () => {
    const [low, high] = shareInterval(0, 24, 0.95);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(1 - 0.025 ** (1 / 24), 10);
  });

  it("excludes a tenth from 29 pictures on where none answered", () => {
    expect(upperBound(0, 28, 0.05)).toBeGreaterThan(0.1);
    expect(upperBound(0, 29, 0.05)).toBeLessThan(0.1);
  });

  it("says nothing of no pictures, and nothing against all", () => {
    expect(shareInterval(0, 0, 0.95)).toEqual([0, 1]);
    expect(shareInterval(12, 12, 0.95)[1]).toBe(1);
  });
});
