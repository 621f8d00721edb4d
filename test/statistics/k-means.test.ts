import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { kMeans } from "../../src/statistics/k-means.ts";

/** Least sum of squares of all ways to put numbers in two groups. */
function bestOfAll(values: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let way = 0; way < 2 ** values.length; way++) {
    let spread = 0;
    for (const side of [0, 1]) {
      const own = values.filter((_, at) => ((way >> at) & 1) === side);
      const center = own.reduce((sum, value) => sum + value, 0) / own.length;
      for (const value of own) spread += (value - center) ** 2;
    }
    best = Math.min(best, spread);
  }
  return best;
}

describe("k-means", () => {
  test("finds the best of all ways to put numbers in two groups", () => {
    const random = createRandom("numbers");
    for (let trial = 0; trial < 20; trial++) {
      const values = Array.from({ length: 9 }, () => random.normal());
      const points = { data: Float64Array.from(values), count: 9, size: 1 };
      expect(kMeans(points, 2, { random, starts: 20 }).spread).toBeCloseTo(bestOfAll(values), 10);
    }
  });

  test("puts equal points in as many groups as are asked for without an error", () => {
    const points = { data: new Float64Array(12), count: 6, size: 2 };
    expect(kMeans(points, 3, { random: createRandom(1) }).spread).toBe(0);
  });
});
