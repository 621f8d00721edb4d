import fc from "fast-check";
import { expect, test } from "vitest";
import { falseDiscovery } from "../../src/statistics/false-discovery.ts";
import { falseDiscoveries, shapes } from "./simulation.ts";

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
