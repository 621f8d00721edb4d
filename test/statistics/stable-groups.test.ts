import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { stableGroups } from "../../src/statistics/stable-groups.ts";

/** Points around some places, so many at each. */
function around(places: readonly (readonly [number, number])[], counts: readonly number[], spread = 0.3) {
  const random = createRandom("around");
  const points = places.flatMap(([x, y], k) =>
    Array.from({ length: counts[k] as number }, () => [x + spread * random.normal(), y + spread * random.normal()]),
  );
  return { data: Float64Array.from(points.flat()), count: points.length, size: 2 };
}

const options = (seed: number) => ({ most: 4, smallest: 5, random: createRandom(seed) });

describe("groups that come back in resamples", () => {
  test("are as many as there are heaps", () => {
    const heaps = [
      [0, 0],
      [5, 0],
      [0, 5],
    ] as const;
    const { group, stability } = stableGroups(around(heaps, [30, 20, 10]), options(1));
    expect(stability).toHaveLength(3);
    for (const [from, to] of [
      [0, 30],
      [30, 50],
      [50, 60],
    ] as const) {
      expect(new Set(group.subarray(from, to)).size).toBe(1);
    }
    for (const one of stability) expect(one).toBeGreaterThan(0.95);
  });

  test("are one where there is one heap", () => {
    for (const seed of [1, 2, 3]) {
      const { group, stability } = stableGroups(around([[0, 0]], [80]), options(seed));
      expect(stability).toEqual([1]);
      expect(new Set(group)).toEqual(new Set([0]));
    }
  });

  test("have no fewer points than asked for", () => {
    const heaps = [
      [0, 0],
      [9, 0],
    ] as const;
    expect(stableGroups(around(heaps, [40, 4]), options(1)).stability).toEqual([1]);
    expect(stableGroups(around(heaps, [40, 8]), options(1)).stability).toHaveLength(2);
  });

  test("are the same with the same seed", () => {
    const points = around([[0, 0]], [40], 1);
    expect(stableGroups(points, options(4))).toEqual(stableGroups(points, options(4)));
  });
});
