import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FastLimits, maxEvaluations, searchFast } from "../../src/counterfactual/search-fast.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const limits: FastLimits = {
  drop: 0.6,
  floor: 0.05,
  range: { low: 0, high: 1 },
  slope: { logit: 1, prediction: 0.1 },
  maxShift: 100,
};

/** A predict callback from a logit as a function of the shift. */
function alongRay(logit: (shift: number) => number) {
  return async (shift: number) => ({ prediction: sigmoid(logit(shift)), logit: logit(shift) });
}

/** −d logit / d shift at 0. */
function slopeOf(logit: (shift: number) => number): FastLimits["slope"] {
  const slope = (logit(0) - logit(1e-6)) / 1e-6;
  return { logit: slope, prediction: slope * sigmoid(logit(0)) * sigmoid(-logit(0)) };
}

describe("fast search", () => {
  it("needs three evaluations where the logit is linear", async () => {
    const outcome = await searchFast(
      alongRay((s) => 3 - s),
      limits,
    );
    expect(outcome.evaluations).toHaveLength(3);
    expect(outcome.stopReason).toBe("dropped");
    // Aims at the middle of the tolerance: a drop of 0.61.
    expect(outcome.chosen.prediction).toBeCloseTo(sigmoid(3) - 0.61, 12);
  });

  it("reaches the drop from a prediction of 1 − 1e-12", async () => {
    const start = Math.log(1e12);
    const outcome = await searchFast(
      alongRay((s) => start - 5 * s),
      { ...limits, slope: { logit: 5, prediction: 5e-12 } },
    );
    expect(outcome.evaluations.length).toBe(3);
    expect(outcome.chosen.prediction).toBeCloseTo(1 - 1e-12 - 0.61, 9);
  });

  it("stops at the floor where the drop would end below it", async () => {
    const outcome = await searchFast(
      alongRay((s) => 0.2 - s),
      limits,
    );
    expect(outcome.stopReason).toBe("floor");
    expect(outcome.chosen.prediction).toBeLessThan(0.05);
    expect(outcome.chosen.prediction).toBeGreaterThanOrEqual(0.03);
  });

  it("does not move where the prediction is below the floor already", async () => {
    const outcome = await searchFast(
      alongRay((s) => -4 - s),
      limits,
    );
    expect(outcome).toMatchObject({ at: 0, stopReason: "floor" });
    expect(outcome.evaluations).toHaveLength(1);
  });

  it("stops at the largest shift, which is then the counterfactual", async () => {
    const outcome = await searchFast(
      alongRay((s) => 4 - 0.1 * s),
      { ...limits, slope: { logit: 0.1, prediction: 0.01 }, maxShift: 7 },
    );
    expect(outcome).toMatchObject({ at: 7, stopReason: "shift-limit" });
    expect(outcome.chosen.prediction).toBeCloseTo(sigmoid(3.3), 12);
  });

  it("returns the lowest point where the prediction rebounds above the target", async () => {
    const logit = (s: number): number => 3 - s + s * s * 0.25;
    const outcome = await searchFast(alongRay(logit), limits);
    expect(outcome.stopReason).toBe("rebounded");
    const lowest = Math.min(...outcome.evaluations.map(({ prediction }) => prediction));
    expect(outcome.chosen.prediction).toBe(lowest);
    // The minimum of the ray is at s = 2.
    expect(outcome.at).toBeCloseTo(2, 0);
  });

  it("says not-reached when the evaluations are spent while it still falls", async () => {
    const outcome = await searchFast(
      alongRay((s) => 5 - Math.log1p(Math.log1p(s))),
      { ...limits, maxShift: 1e9 },
    );
    expect(outcome.stopReason).toBe("not-reached");
    expect(outcome.evaluations).toHaveLength(maxEvaluations);
  });

  it("searches on the prediction itself where it has no logit", async () => {
    const predict = async (s: number) => ({ prediction: 1.2 - 0.1 * s, logit: Number.NaN });
    const outcome = await searchFast(predict, { ...limits, slope: { logit: Number.NaN, prediction: 0.1 } });
    expect(outcome).toMatchObject({ stopReason: "dropped" });
    expect(outcome.chosen.prediction).toBeCloseTo(1.2 - 0.61, 9);
  });

  it("keeps drop in units of a sum, and the floor within its range", async () => {
    const range = { low: -0.5, high: 1 };
    const predict = async (s: number) => ({ prediction: -0.5 + 1.5 * sigmoid(2 - s), logit: 2 - s });
    const outcome = await searchFast(predict, { ...limits, range, floor: -0.425 });
    expect(outcome.stopReason).toBe("dropped");
    const first = outcome.evaluations[0]?.prediction as number;
    expect(first - outcome.chosen.prediction).toBeCloseTo(0.61, 9);
  });

  it("holds its promises on any smooth ray", async () => {
    const ray = fc.record({
      start: fc.double({ min: 0.7, max: 25, noNaN: true }),
      slope: fc.double({ min: 0.05, max: 20, noNaN: true }),
      bend: fc.double({ min: -0.9, max: 3, noNaN: true }),
      wave: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      pace: fc.double({ min: 0.1, max: 3, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(ray, async ({ start, slope, bend, wave, pace }) => {
        const logit = (s: number): number => {
          const t = (slope * s) / start;
          return start * (1 - t - bend * t * t + wave * Math.sin(pace * t) * t);
        };
        const bounds = { ...limits, slope: slopeOf(logit), maxShift: (4 * start) / slope };
        const { at, chosen, stopReason, evaluations } = await searchFast(alongRay(logit), bounds);
        expect(evaluations.length).toBeLessThanOrEqual(maxEvaluations);
        for (const nearer of evaluations.filter((evaluation) => evaluation.at < at)) {
          expect(nearer.prediction).toBeGreaterThanOrEqual(chosen.prediction);
        }
        const first = evaluations[0]?.prediction as number;
        if (stopReason === "dropped") expect(first - chosen.prediction).toBeGreaterThanOrEqual(limits.drop);
        if (stopReason === "floor") expect(chosen.prediction).toBeLessThan(limits.floor);
        expect(at).toBeLessThanOrEqual(bounds.maxShift);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
