import { describe, expect, test } from "vitest";
import { oneCycle } from "../../src/training/schedule.ts";

describe("the learning rate of one cycle", () => {
  test("begins at a 25th of the largest, reaches it after a quarter, and ends at next to nothing", () => {
    expect(oneCycle(0, 400, 0.004)).toBeCloseTo(0.00016, 12);
    expect(oneCycle(99, 400, 0.004)).toBeCloseTo(0.004, 12);
    expect(oneCycle(399, 400, 0.004)).toBeCloseTo(0.000000016, 12);
  });

  test("is in the middle of both ends half of the way, as a cosine is", () => {
    expect(oneCycle(49.5, 400, 0.004)).toBeCloseTo((0.004 + 0.00016) / 2, 12);
    expect(oneCycle(249, 400, 0.004)).toBeCloseTo((0.004 + 0.000000016) / 2, 12);
  });

  test("rises, then falls, however few steps there are", () => {
    for (const steps of [1, 2, 3, 5, 100]) {
      const rates = Array.from({ length: steps }, (_, step) => oneCycle(step, steps, 1));
      const top = rates.indexOf(Math.max(...rates));
      rates.forEach((rate, step) => {
        expect(rate).toBeGreaterThan(0);
        if (step > 0 && step <= top) expect(rate).toBeGreaterThan(rates[step - 1] as number);
        if (step > top) expect(rate).toBeLessThan(rates[step - 1] as number);
      });
    }
  });
});
