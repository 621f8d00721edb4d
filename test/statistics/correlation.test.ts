import { expect, test } from "vitest";
import { correlation } from "../../src/statistics/correlation.ts";

test("correlation is 1 and −1 on a line and between on a cloud", () => {
  expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  // Phi of a 2 × 2 table with counts 3, 1, 1, 3: (9 − 1)/16.
  expect(correlation([1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0])).toBeCloseTo(0.5, 12);
});

test("correlation is undefined where one side does not vary", () => {
  expect(correlation([1, 1, 1], [1, 2, 3])).toBeUndefined();
  expect(correlation([1], [2])).toBeUndefined();
  expect(correlation([], [])).toBeUndefined();
});
