import fc from "fast-check";
import { expect, test } from "vitest";
import { discoveries, falseDiscovery } from "../../src/statistics/false-discovery.ts";
import { clears, falseDiscoveries, shapes } from "./simulation.ts";

test("q-values are those of the step-up procedure, whatever the order", () => {
  // Benjamini & Hochberg's rule by hand: p·m/rank, then the running minimum from the largest p.
  expect(falseDiscovery([0.04, 0.001, 0.03, 0.5])).toEqual([(0.04 * 4) / 3, 0.004, (0.04 * 4) / 3, 0.5]);
  expect(falseDiscovery([])).toEqual([]);
});

test("q ≤ a picks the largest set of k smallest p-values with p(k) ≤ a·k/m", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (pValues) => {
      const sorted = [...pValues].sort((a, b) => a - b);
      let rejected = 0;
      sorted.forEach((p, index) => {
        if (p <= (0.05 * (index + 1)) / sorted.length) rejected = index + 1;
      });
      // A p-value on the line itself may fall to either side by rounding.
      const slack = falseDiscovery(pValues).filter((q) => Math.abs(q - 0.05) < 1e-12).length;
      expect(Math.abs(falseDiscovery(pValues).filter((q) => q <= 0.05).length - rejected)).toBeLessThanOrEqual(slack);
    }),
  );
});

test("the next p that a rate lets through is the smallest that adds one", () => {
  const pValues = [0.001, 0.02, 0.5, 0.6];
  const { qValueOf, nextAt } = discoveries(pValues, 0.05);
  expect(pValues.map(qValueOf)).toEqual(falseDiscovery(pValues));
  // Two pass; a third would at 0.05·3/4.
  expect(nextAt).toBeCloseTo(0.0375, 12);
  expect(falseDiscovery([0.001, 0.02, nextAt, 0.6])[2]).toBeCloseTo(0.05, 12);
  expect(discoveries([], 0.05).nextAt).toBe(0);
});

test("what is used fully on a tenth of the images is rarely clear (a small version of scripts/measure/simulate-statistics.ts)", () => {
  const { rare, unused } = clears({ share: 0.1, count: 20, matrices: 12, resamples: 600, seed: "clears-test" });
  expect(rare.means).toBeGreaterThan(0.05);
  expect([rare.now, unused.now]).toEqual([0, 0]);
  const enough = clears({ share: 0.1, count: 50, matrices: 12, resamples: 600, seed: "clears-test" });
  expect(enough.rare.now).toBeLessThan(0.05);
  expect(enough.unused.now).toBeGreaterThan(0.98);
});

test("found cells are rarely false (a small version of scripts/measure/simulate-statistics.ts)", () => {
  const { share, standardError, power } = falseDiscoveries({
    shape: shapes.skewed,
    nulls: "boundary",
    truths: 0.1,
    matrices: 30,
    resamples: 1000,
    seed: "false-discovery-test",
  });
  expect(share).toBeLessThanOrEqual(0.05 + 2 * standardError);
  expect(power).toBeGreaterThan(0.9);
});
