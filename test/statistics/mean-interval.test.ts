import { expect, test } from "vitest";
import { meanIntervals } from "../../src/statistics/mean-interval.ts";

test("is Student's interval of a table", () => {
  // 1 … 5: mean 3, standard error √(2.5 / 5); t of 4 degrees of freedom at 97.5 % is 2.7764 in any table.
  const { mean, ci, count } = meanIntervals(0.95)([1, 2, 3, 4, 5]);
  expect([mean, count]).toEqual([3, 5]);
  expect(ci?.[1]).toBeCloseTo(3 + 2.7764 * Math.sqrt(0.5), 3);
  expect(ci?.[0]).toBeCloseTo(3 - 2.7764 * Math.sqrt(0.5), 3);
});

test("says nothing of nothing, and no interval of one value", () => {
  const of = meanIntervals(0.95);
  expect(of([])).toEqual({ mean: null, ci: null, count: 0 });
  expect(of([0.4])).toEqual({ mean: 0.4, ci: null, count: 1 });
});
