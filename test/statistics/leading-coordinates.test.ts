import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { leadingCoordinates, type Points } from "../../src/statistics/leading-coordinates.ts";

/** Rows whose coordinates along a rotated orthonormal basis are drawn with these deviations. */
function rotatedRows(count: number, size: number, deviations: readonly number[]): Points {
  const random = createRandom("rotated");
  const basis: number[][] = [];
  for (const _ of deviations) {
    const own = Array.from({ length: size }, () => random.normal());
    for (const other of basis) {
      const product = own.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
      own.forEach((value, at) => {
        own[at] = value - product * (other[at] as number);
      });
    }
    const length = Math.hypot(...own);
    basis.push(own.map((value) => value / length));
  }
  const rows = Array.from({ length: count }, () => {
    const along = deviations.map((deviation) => deviation * random.normal());
    return Array.from({ length: size }, (_, at) =>
      along.reduce((sum, value, k) => sum + value * (basis[k]?.[at] as number), 3),
    );
  });
  return { data: Float64Array.from(rows.flat()), count, size };
}

function distance({ data, size }: Points, a: number, b: number): number {
  return Math.hypot(
    ...Array.from({ length: size }, (_, at) => (data[a * size + at] as number) - (data[b * size + at] as number)),
  );
}

describe("coordinates along the leading directions", () => {
  test("keep all distances where rows differ in no more directions than are asked for", () => {
    const rows = rotatedRows(40, 30, [3, 2, 1]);
    const found = leadingCoordinates(rows, 5, createRandom("start"));
    expect(found.count).toBe(40);
    for (const [a, b] of [
      [0, 1],
      [3, 30],
      [17, 39],
    ] as const) {
      expect(distance(found, a, b)).toBeCloseTo(distance(rows, a, b), 6);
    }
  });

  test("hold the most variance first, and no more directions than were asked for", () => {
    const { data, count, size } = leadingCoordinates(rotatedRows(200, 20, [1, 5, 3, 0.1]), 2, createRandom("start"));
    expect(size).toBe(2);
    const variances = [0, 1].map((k) => {
      const own = Array.from({ length: count }, (_, i) => data[i * size + k] as number);
      return own.reduce((sum, value) => sum + value ** 2, 0) / count;
    });
    expect(variances[0]).toBeGreaterThan(18);
    expect(variances[1]).toBeGreaterThan(6);
    expect(variances[1]).toBeLessThan(12);
  });

  test("of equal rows are 0", () => {
    const found = leadingCoordinates({ data: new Float64Array(60).fill(2), count: 10, size: 6 }, 3, createRandom(1));
    expect(Math.max(...found.data.map(Math.abs))).toBeLessThan(1e-9);
  });
});
