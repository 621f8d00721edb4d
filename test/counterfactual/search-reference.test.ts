import { describe, expect, it } from "vitest";
import { type ReferenceLimits, searchReference } from "../../src/counterfactual/search-reference.ts";

const limits: ReferenceLimits = { drop: 0.6, floor: 0.05, step: 10, maxLambda: 3000, maxPixelChange: 0.05 };
const open: ReferenceLimits = { ...limits, maxLambda: Infinity };

/** A predict callback that gives these predictions in order and notes where it was asked. */
function playback(predictions: readonly number[], pixelChanges: readonly number[] = []) {
  const asked: number[] = [];
  const predict = async (lambda: number) => {
    const index = asked.push(lambda) - 1;
    return { prediction: predictions[index] as number, pixelChange: pixelChanges[index] ?? 0 };
  };
  return { asked, predict };
}

describe("reference search", () => {
  it("steps along the published ladder", async () => {
    const { asked, predict } = playback([0.9, 0.89, 0.88, 0.87, 0.86, 0.85, 0.84, 0.83, 0.82, 0.81, 0.8, 0.2]);
    const outcome = await searchReference(predict, limits);
    expect(asked).toEqual([0, -10, -21, -34, -48, -63, -80, -98, -118, -140, -164, -191]);
    expect(outcome).toMatchObject({ at: -191, stopReason: "dropped", chosen: { prediction: 0.2 } });
    expect(outcome.evaluations).toHaveLength(12);
  });

  // Bounds and evaluation counts of published examples.
  it.each([
    [-329, 16],
    [-372, 17],
    [-2086, 33],
    [-6147, 44],
    [-12077, 51],
    [-14635, 53],
    [-16109, 54],
  ])("ends at λ = %d after %d evaluations, as published", async (lambda, count) => {
    const predictions = Array.from({ length: count }, (_, i) => (i === count - 1 ? 0.3 : 0.99 - i * 1e-4));
    const outcome = await searchReference(playback(predictions).predict, open);
    expect([outcome.at, outcome.evaluations.length]).toEqual([lambda, count]);
  });

  it("stops where the prediction rises, even if it is low by then", async () => {
    const outcome = await searchReference(playback([0.9, 0.5, 0.55]).predict, limits);
    expect(outcome).toMatchObject({ at: -21, stopReason: "rebounded" });
  });

  it("goes on where the prediction stays the same", async () => {
    const outcome = await searchReference(playback([0.9, 0.9, 0.9, 0.1]).predict, limits);
    expect(outcome).toMatchObject({ at: -34, stopReason: "dropped" });
  });

  it("stops at the floor before it looks at the drop", async () => {
    const outcome = await searchReference(playback([0.9, 0.049]).predict, limits);
    expect(outcome.stopReason).toBe("floor");
    const first = await searchReference(playback([0.049]).predict, limits);
    expect(first).toMatchObject({ at: 0, stopReason: "floor", evaluations: [{ at: 0, prediction: 0.049 }] });
  });

  it("needs strictly more than the drop", async () => {
    const outcome = await searchReference(playback([0.75, 0.25, 0.125]).predict, { ...limits, drop: 0.5 });
    expect(outcome).toMatchObject({ at: -21, stopReason: "dropped" });
  });

  it("stops at the λ limit, itself included", async () => {
    const flat = Array.from({ length: 40 }, () => 0.9);
    const outcome = await searchReference(playback(flat).predict, { ...limits, maxLambda: 191 });
    expect(outcome).toMatchObject({ at: -191, stopReason: "lambda-limit" });
  });

  it("stops when the pixels changed too much, after every other reason", async () => {
    const outcome = await searchReference(playback([0.9, 0.8, 0.7], [0, 0.05, 0.051]).predict, limits);
    expect(outcome).toMatchObject({ at: -21, stopReason: "pixel-limit" });
    const both = await searchReference(playback([0.9, 0.1], [0, 1]).predict, limits);
    expect(both.stopReason).toBe("dropped");
  });

  it("keeps the growth of a tenth of λ when the step is another", async () => {
    const { asked, predict } = playback([0.9, 0.9, 0.9, 0.1]);
    await searchReference(predict, { ...limits, step: 100 });
    expect(asked).toEqual([0, -100, -210, -331]);
  });
});
