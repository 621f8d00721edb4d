import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { jackknifeRatio } from "../../src/statistics/jackknife-ratio.ts";

test("a ratio of sums is no mean of ratios", () => {
  expect(jackknifeRatio([1, 0], [1, 3], 0.95)?.value).toBe(0.25);
});

test("with equal denominators the interval is Student's of a mean", () => {
  const values = [0.2, 0.5, 0.9, 0.4];
  const mean = values.reduce((sum, value) => sum + value, 0) / 4;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
  // t of 0.975 with 3 degrees of freedom
  const half = (3.182446 * deviation) / 2;
  const { value, ci } = jackknifeRatio(values, [1, 1, 1, 1], 0.95) as { value: number; ci: [number, number] };
  expect(value).toBeCloseTo(mean, 12);
  expect(ci[0]).toBeCloseTo(mean - half, 5);
  expect(ci[1]).toBeCloseTo(mean + half, 5);
});

test("has no value where the denominators sum to 0, and no interval of one pair", () => {
  expect(jackknifeRatio([1, 2], [1, -1], 0.95)).toBeUndefined();
  expect(jackknifeRatio([], [], 0.95)).toBeUndefined();
  expect(jackknifeRatio([1], [2], 0.95)).toEqual({ value: 0.5, ci: undefined });
  // Without the first pair the others sum to 0.
  expect(jackknifeRatio([1, 2, 3], [1, 1, -1], 0.95)).toEqual({ value: 6, ci: undefined });
});

test("the interval holds the true ratio as often as it says", () => {
  const random = createRandom("jackknife ratio");
  const trials = 400;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const falls = Array.from({ length: 20 }, () => 0.3 + 0.5 * random.uniform());
    const parts = falls.map((fall) => 0.6 * fall + 0.1 * random.normal());
    const ci = jackknifeRatio(parts, falls, 0.95)?.ci as [number, number];
    if (ci[0] <= 0.6 && 0.6 <= ci[1]) held++;
  }
  expect(held / trials).toBeGreaterThan(0.92);
  expect(held / trials).toBeLessThan(0.98);
});
