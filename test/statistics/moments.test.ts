import { expect, test } from "vitest";
import { mean, median, variance } from "../../src/statistics/moments.ts";

test("mean, median and variance of a few values", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(median([5, 1, 3])).toBe(3);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(variance([1, 2, 6])).toBe(7);
});

test("equal values have exactly their mean and no variance", () => {
  const values = Array.from({ length: 100 }, () => 0.9);
  expect(mean(values)).toBe(0.9);
  expect(variance(values)).toBe(0);
});
