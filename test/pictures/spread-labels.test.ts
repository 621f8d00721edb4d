import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spreadLabels } from "../../src/pictures/spread-labels.ts";

describe("labels", () => {
  test("that have room stay where they are", () => {
    expect(spreadLabels([10, 50, 90], 12, 0, 100)).toEqual([10, 50, 90]);
  });

  test("at one place spread evenly around it", () => {
    expect(spreadLabels([50, 50, 50], 12, 0, 100)).toEqual([38, 50, 62]);
  });

  test("never overlap, keep their order and stay inside", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 20 }), (wishes) => {
        const positions = spreadLabels(wishes, 12, 0, 300);
        const order = wishes.map((_, i) => i).sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0) || a - b);
        const sorted = order.map((i) => positions[i] ?? Number.NaN);
        return (
          sorted.every((place) => place >= -1e-9 && place <= 300 + 1e-9) &&
          sorted.every((place, i) => i === 0 || place - (sorted[i - 1] ?? 0) >= 12 - 1e-9)
        );
      }),
    );
  });

  test("move no further in total than any other arrangement that keeps their order", () => {
    const wishes = [20, 22, 70, 71, 72];
    const cost = (positions: readonly number[]): number =>
      positions.reduce((sum, place, i) => sum + (place - (wishes[i] ?? 0)) ** 2, 0);
    const best = cost(spreadLabels(wishes, 10, 0, 200));
    const steps = [-1, 0, 1];
    const found = spreadLabels(wishes, 10, 0, 200);
    for (const a of steps) {
      for (const b of steps) {
        for (const c of steps) {
          const other = [found[0]! + a, found[1]! + b, found[2]! + c, found[3]! + a, found[4]! + b];
          const allowed = other.every((place, i) => i === 0 || place - other[i - 1]! >= 10);
          if (allowed) expect(cost(other)).toBeGreaterThanOrEqual(best);
        }
      }
    }
  });
});
