import { expect, test } from "vitest";
import { looks, looksWithin } from "../../src/statistics/looks.ts";
import { shapes, stops } from "./simulation.ts";

const options = { cells: 120, resamples: 600, seed: "stops" };

test("a cell whose effect is exactly the smallest that matters rarely stops, at any of five looks", {
  timeout: 120_000,
}, () => {
  for (const shape of [shapes.normal, shapes.skewed]) {
    const { found, clear } = stops({ ...options, shape, effect: 0.1 });
    // 5 % and two standard errors of 120 cells.
    expect(found + clear).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / options.cells));
  }
});

test("a strong effect is found, and none is clear, long before the last look", { timeout: 120_000 }, () => {
  const strong = stops({ ...options, shape: shapes.normal, effect: 0.4 });
  expect(strong.found).toBeGreaterThan(0.98);
  expect(strong.images).toBeLessThan(60);
  const none = stops({ ...options, shape: shapes.normal, effect: 0 });
  expect(none.clear).toBeGreaterThan(0.98);
  // 44 images of either kind are needed to exclude rare use at 99 %: the look at 100 has 40 with the feature, more or less.
  expect(none.images).toBeLessThan(200);
});

test("the looks of a run end at its limit", () => {
  expect(looksWithin(400)).toEqual(looks);
  expect(looksWithin(60)).toEqual([25, 50, 60]);
  expect(looksWithin(10)).toEqual([10]);
});
