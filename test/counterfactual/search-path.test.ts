import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import type { Direction } from "../../src/counterfactual/direction.ts";
import { searchFast, tolerance } from "../../src/counterfactual/search-fast.ts";
import {
  displacementOf,
  type Leg,
  latentAlong,
  lengthOf,
  type PathLimits,
  searchPath,
} from "../../src/counterfactual/search-path.ts";
import { sigmoid } from "../models/linear-models.ts";

interface Sample {
  readonly prediction: number;
  readonly logit: number;
}

const limits: PathLimits = { steps: 3, drop: 0.6, floor: 0.05, range: { low: 0, high: 1 }, maxShift: Infinity };
const tensor = (...z: number[]): Tensor => ({ data: Float32Array.from(z), dims: [1, z.length] });
const distance = (a: Tensor, b: Tensor): number =>
  Math.hypot(...Array.from(a.data, (value, i) => value - (b.data[i] as number)));

/** A direction with the slopes that a logit's gradient gives at a prediction. */
function along(gradient: readonly number[], { prediction }: Sample): Direction {
  const norm = Math.hypot(...gradient);
  return {
    unit: norm === 0 ? undefined : Float64Array.from(gradient, (value) => value / norm),
    logNorm: Math.log(norm * prediction * (1 - prediction)),
    logitSlope: norm,
    dominantTerm: undefined,
  };
}

/** A world of one logit with its gradient; what was asked is kept. */
function worldOf(logit: (z: readonly number[]) => number, gradient: (z: readonly number[]) => readonly number[]) {
  const at = (latent: Tensor): Sample => {
    const value = logit([...latent.data]);
    return { prediction: sigmoid(value), logit: value };
  };
  const asked: { latent: Tensor; step: number }[] = [];
  const predicted: Tensor[] = [];
  return {
    at,
    asked,
    predicted,
    async direction(latent: Tensor, sample: Sample, step: number): Promise<Direction> {
      asked.push({ latent, step });
      return along(gradient([...latent.data]), sample);
    },
    async predict(latent: Tensor): Promise<Sample> {
      predicted.push(latent);
      return at(latent);
    },
  };
}

const straight = () =>
  worldOf(
    ([x = 0, y = 0]) => 3 * x + 4 * y + 1,
    () => [3, 4],
  );
/** Concentric: the way down turns with the place. */
const bowl = () =>
  worldOf(
    ([x = 0, y = 0]) => 3 - x * x - 5 * y * y,
    ([x = 0, y = 0]) => [-2 * x, -10 * y],
  );

describe("a path", () => {
  it("of one step is the fast search", async () => {
    const world = straight();
    const z = tensor(0.2, 0.1);
    const path = await searchPath({ latent: z, sample: world.at(z) }, world, { ...limits, steps: 1 });
    const direction = along([3, 4], world.at(z));
    const fast = await searchFast(async (shift) => world.at(latentAlong(z, [{ direction, shift: Infinity }], shift)), {
      ...limits,
      slope: { logit: direction.logitSlope, prediction: Math.exp(direction.logNorm) },
    });
    expect(path.stopReason).toBe(fast.stopReason);
    expect(path.legs.map(({ shift }) => shift)).toEqual([fast.at]);
    expect(path.evaluations.map(({ at, prediction }) => ({ at, prediction }))).toEqual(fast.evaluations);
  });

  it("is straight where the gradient is, and ends where one step ends", async () => {
    const z = tensor(0.2, 0.1);
    const ends = await Promise.all(
      [1, 2, 3, 7].map(async (steps) => {
        const world = straight();
        const { legs, stopReason } = await searchPath({ latent: z, sample: world.at(z) }, world, { ...limits, steps });
        expect(stopReason).toBe("dropped");
        expect(displacementOf(legs)).toBeCloseTo(lengthOf(legs), 6);
        return latentAlong(z, legs, lengthOf(legs));
      }),
    );
    const [first, ...others] = ends;
    for (const end of others)
      expect(sigmoid(3 * end.data[0]! + 4 * end.data[1]! + 1)).toBeCloseTo(sigmoid(2) - 0.61, 1);
    for (const end of others) expect(distance(end, first as Tensor)).toBeLessThan(tolerance);
  });

  it("lowers the prediction by equal parts, each along the gradient where the last one ended", async () => {
    const world = bowl();
    const z = tensor(0.3, 0.3);
    const before = world.at(z).prediction;
    const { legs, stopReason, directions } = await searchPath({ latent: z, sample: world.at(z) }, world, limits);
    expect(stopReason).toBe("dropped");
    expect(directions).toBe(3);
    let latent = z;
    legs.forEach(({ direction, shift }, index) => {
      const [x = 0, y = 0] = latent.data;
      const norm = Math.hypot(2 * x, 10 * y);
      expect(direction.unit?.[0]).toBeCloseTo((-2 * x) / norm, 6);
      expect(direction.unit?.[1]).toBeCloseTo((-10 * y) / norm, 6);
      latent = latentAlong(latent, [{ direction, shift }], shift);
      const goal = before - 0.2 * (index + 1);
      expect(world.at(latent).prediction).toBeLessThanOrEqual(goal);
      expect(world.at(latent).prediction).toBeGreaterThanOrEqual(goal - tolerance);
    });
    expect(displacementOf(legs)).toBeLessThan(lengthOf(legs));
    expect(world.asked.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it("makes up in later steps for what an earlier one left", async () => {
    // The first direction leads up after a little; the second is the gradient.
    const world = straight();
    const z = tensor(0.2, 0.1);
    const outcome = await searchPath(
      { latent: z, sample: world.at(z) },
      {
        ...world,
        direction: async (latent, sample, step) =>
          step === 1 ? along([-3, -4], sample) : world.direction(latent, sample, step),
      },
      limits,
    );
    expect(outcome.legs[0]?.shift).toBe(0);
    expect(outcome.stopReason).toBe("dropped");
    expect(world.at(z).prediction - outcome.chosen.prediction).toBeGreaterThanOrEqual(0.6);
  });

  it("shares what is left above the floor where the drop leads below it", async () => {
    const world = straight();
    const z = tensor(-0.1, -0.1);
    const before = world.at(z).prediction;
    const { legs, stopReason, chosen } = await searchPath({ latent: z, sample: world.at(z) }, world, limits);
    expect(stopReason).toBe("floor");
    expect(chosen.prediction).toBeLessThan(0.05);
    const first = world.at(latentAlong(z, legs, legs[0]?.shift as number)).prediction;
    expect(first).toBeLessThanOrEqual(before - (before - 0.05) / 3);
    expect(first).toBeGreaterThanOrEqual(before - (before - 0.05) / 3 - tolerance);
  });

  it("asks for no direction for a part that the last step has done already", async () => {
    // A cliff: every point beyond it predicts 0.1.
    const world = worldOf(
      ([x = 0]) => (x > -1 ? 2 + 0.001 * x : -2.2),
      () => [1, 0],
    );
    const z = tensor(0, 0);
    const { directions, stopReason, evaluations } = await searchPath({ latent: z, sample: world.at(z) }, world, limits);
    expect(directions).toBe(1);
    expect(stopReason).toBe("dropped");
    expect(evaluations.every(({ step }) => step === 1)).toBe(true);
  });

  it("ends at the floor where one part of the fall leads below it", async () => {
    const cliff = worldOf(
      ([x = 0]) => (x > -1 ? 0.2 + 0.001 * x : -4),
      () => [1, 0],
    );
    const z = tensor(0, 0);
    const fallen = await searchPath({ latent: z, sample: cliff.at(z) }, cliff, limits);
    expect(fallen).toMatchObject({ stopReason: "floor", directions: 1 });
    const low = tensor(-2, 0);
    const begun = await searchPath({ latent: low, sample: cliff.at(low) }, cliff, limits);
    expect(begun).toMatchObject({ stopReason: "floor", directions: 1 });
    expect(begun.evaluations).toHaveLength(1);
  });

  it("without a direction at z0 has one evaluation; without one later keeps what it has", async () => {
    const flat = worldOf(
      () => 2,
      () => [0, 0],
    );
    const z = tensor(0.2, 0.1);
    const nowhere = await searchPath({ latent: z, sample: flat.at(z) }, flat, limits);
    expect(nowhere).toMatchObject({ legs: [], stopReason: "no-direction", directions: 1 });
    expect(nowhere.evaluations).toEqual([{ step: 1, at: 0, length: 0, prediction: sigmoid(2) }]);
    expect(displacementOf(nowhere.legs)).toBe(0);

    const world = straight();
    const outcome = await searchPath(
      { latent: z, sample: world.at(z) },
      {
        ...world,
        direction: async (latent, sample, step) =>
          step === 2 ? along([0, 0], sample) : world.direction(latent, sample, step),
      },
      limits,
    );
    expect(outcome).toMatchObject({ stopReason: "no-direction", directions: 2 });
    expect(outcome.legs).toHaveLength(1);
    expect(world.at(z).prediction - outcome.chosen.prediction).toBeGreaterThanOrEqual(0.2);
  });

  it("never leaves the ball around z0, never rises, and names every evaluation by its place", async () => {
    const direction = fc.tuple(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(direction, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        async (ways, maxShift) => {
          const world = worldOf(
            ([x = 0, y = 0, z = 0]) => 1.5 + 2 * z + Math.sin(3 * x) + 0.5 * Math.cos(2 * y),
            () => [],
          );
          const start = tensor(0.1, -0.2, 0.3);
          const outcome = await searchPath(
            { latent: start, sample: world.at(start) },
            { ...world, direction: async (_, sample, step) => along(ways[step - 1] as number[], sample) },
            { ...limits, steps: 4, maxShift },
          );
          for (const latent of world.predicted)
            expect(distance(latent, start)).toBeLessThanOrEqual(maxShift * (1 + 1e-5));
          const { legs, evaluations, chosen } = outcome;
          const end = latentAlong(start, legs, lengthOf(legs));
          expect(world.at(end)).toEqual(chosen);
          expect(displacementOf(legs)).toBeCloseTo(distance(end, start), 5);
          expect(evaluations).toHaveLength(world.predicted.length + 1);
          let last = world.at(start).prediction;
          for (let step = 1; step <= legs.length; step++) {
            const own = legs.slice(0, step);
            const { prediction } = world.at(latentAlong(start, own, lengthOf(own)));
            expect(prediction).toBeLessThanOrEqual(last);
            last = prediction;
          }
          for (const { at, length, step } of evaluations) {
            expect(length).toBeCloseTo(lengthOf(legs.slice(0, step - 1)) + at, 9);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the way of a path", () => {
  const leg = (x: number, y: number, shift: number): Leg => ({
    direction: { unit: Float64Array.from([x, y]), logNorm: 0, logitSlope: 1, dominantTerm: undefined },
    shift,
  });

  it("is walked leg by leg, and ends where it ends", () => {
    const legs = [leg(1, 0, 2), leg(0, 1, 1)];
    const at = (length: number): number[] => [...latentAlong(tensor(5, 5), legs, length).data];
    expect([0, 1, 2, 2.5, 3, 9].map(at)).toEqual([
      [5, 5],
      [4, 5],
      [3, 5],
      [3, 4.5],
      [3, 4],
      [3, 4],
    ]);
  });

  it("leads as far as the crow flies", () => {
    expect(displacementOf([leg(1, 0, 3), leg(0, 1, 4)])).toBeCloseTo(5, 12);
    expect(displacementOf([leg(1, 0, 0), leg(0.6, 0.8, 2)])).toBe(2);
  });
});
