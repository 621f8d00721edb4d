import { afterAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type LatentShiftOptions, latentShift, latentShifts } from "../../src/counterfactual/latent-shift.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, dot, latent, lines, mood, sigmoid } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

const constant = lines("constant", { always: { slope: [0, 0, 0, 0], intercept: -1 } });
const doubtful = lines("doubtful", { never: { slope: [3, 4, 0, 0], intercept: -27 } });
const age = lines(
  "age",
  { age: { slope: [10, 0, 0, 0], intercept: 25 } },
  { activation: "none", scale: { low: 20, high: 70 } },
);

const world = await linearWorld([attributes, biased, mood, constant, doubtful, age]);
const workspace = await openWorkspace(world.path);
afterAll(() => workspace.dispose());

const raisedBy = (base: string, z: readonly number[], options: Partial<LatentShiftOptions> = {}) =>
  latentShift(world.image(z), {
    autoencoder: workspace.autoencoder,
    base: workspace.classifier(base),
    latentScale: 100,
    raise: true,
    ...options,
  });

/** Steps of z along unit. */
function moved(z: readonly number[], unit: readonly number[], shift: number): number[] {
  return z.map((value, index) => value + shift * (unit[index] as number));
}

describe("a prediction that is raised", () => {
  it("goes straight up the slope of the logit: z, λ and predictions are those of the formula", async () => {
    const z = latent(-0.6, -0.4, 0.2, -0.3);
    const cf = await raisedBy("smiling-eyeglasses", z);
    const slope = Math.hypot(2, 2);
    const start = dot([2, 2, 0, 0], z);
    // The logit rises linearly, to that of the prediction and 0.61.
    const target = sigmoid(start) + 0.61;
    const shift = (Math.log(target / (1 - target)) - start) / slope;
    expect(cf.stopReason).toBe("dropped");
    expect(cf.evaluations).toBe(3);
    expect(cf.shift).toBeCloseTo(shift, 4);
    // z = z0 + λ·g (Eq. 2) with λ > 0.
    expect(cf.lambda).toBeCloseTo(shift / (sigmoid(start) * sigmoid(-start) * slope), 2);
    expect(cf.basePrediction.before).toBeCloseTo(sigmoid(start), 6);
    expect(cf.basePrediction.after).toBeCloseTo(target, 4);
    const end = moved(z, [Math.SQRT1_2, Math.SQRT1_2, 0, 0], shift);
    world.image(end).data.forEach((value, index) => {
      expect(cf.image.data[index]).toBeCloseTo(value, 4);
    });
    expect(cf.trace[0]).toEqual({ lambda: 0, prediction: cf.basePrediction.before, step: 1, length: 0 });
    expect(cf.trace.at(-1)).toEqual({
      lambda: cf.lambda,
      prediction: cf.basePrediction.after,
      step: 1,
      length: cf.shift,
    });
    expect(cf.base).toBe("smiling-eyeglasses");
  });

  it.each([
    ["smiling-eyeglasses", [-0.6, -0.4, 0.2, -0.3]],
    ["doubtful", [0.1, 0.1, 0, 0]],
    ["age", [0.1, 0, 0, 0]],
  ] as const)("goes the same way by every direction: %s", async (base, z) => {
    const plain = await raisedBy(base, latent(...z));
    for (const options of [
      { direction: "smoothed", draws: 5 },
      { direction: "path", steps: 3, draws: 3 },
      { direction: "path", draws: 1, noise: 0, steps: 5 },
    ] as const) {
      const other = await raisedBy(base, latent(...z), options);
      expect(other).toMatchObject({ lambda: null, stopReason: plain.stopReason });
      for (const { basePrediction } of [plain, other]) {
        const rise = basePrediction.after - basePrediction.before;
        expect(rise).toBeGreaterThanOrEqual(0.6);
        expect(rise).toBeLessThanOrEqual(0.62);
      }
      expect(Math.abs(other.shift / plain.shift - 1)).toBeLessThan(0.06);
    }
  });

  it("sums the slopes of a composed base by c·σ′ (Eqs. 1, 4)", async () => {
    const z = latent(-0.9, -0.5);
    const cf = await raisedBy("smiling - 0.3*eyeglasses", z, { drop: 0.4 });
    const bell = (x: number): number => sigmoid(x) * sigmoid(-x);
    const g = [2 * bell(2 * -0.9 + 0.5), -0.3 * 3 * bell(3 * -0.5)];
    const norm = Math.hypot(...g);
    const end = moved(
      z,
      g.map((value) => value / norm),
      cf.shift,
    );
    const predicted = (at: readonly number[]): number =>
      sigmoid(2 * (at[0] as number) + 0.5) - 0.3 * sigmoid(3 * (at[1] as number));
    expect(cf.basePrediction.before).toBeCloseTo(predicted(z), 5);
    expect(cf.basePrediction.after).toBeCloseTo(predicted(end), 4);
    expect(cf.lambda).toBeCloseTo(cf.shift / norm, 3);
    expect(cf.basePrediction.after - cf.basePrediction.before).toBeGreaterThanOrEqual(0.4);
    expect(cf.basePrediction.after - cf.basePrediction.before).toBeLessThanOrEqual(0.42);
  });

  it("raises one class of a softmax against the others", async () => {
    const z = latent(-0.8, 0.2, -0.1, -0.3);
    const cf = await raisedBy("happy", z);
    const [, sad, calm] = world.logits("mood", z) as [number, number, number];
    const others = Math.exp(sad) + Math.exp(calm);
    const [wSad, wCalm] = [Math.exp(sad) / others, Math.exp(calm) / others];
    const slope = [2 + 2 * wSad, -wCalm, -wSad, 1];
    const norm = Math.hypot(...slope);
    const after = world.logits(
      "mood",
      moved(
        z,
        slope.map((value) => value / norm),
        cf.shift,
      ),
    ) as [number, number, number];
    const total = after.reduce((sum, value) => sum + Math.exp(value), 0);
    expect(cf.basePrediction.after).toBeCloseTo(Math.exp(after[0]) / total, 4);
    expect(cf.stopReason).toBe("dropped");
  });

  it("ends where it is surely there when it cannot rise as far", async () => {
    const cf = await raisedBy("smiling", latent(0.2));
    expect(cf.stopReason).toBe("floor");
    expect(cf.basePrediction.after).toBeGreaterThan(0.95);
    expect(cf.basePrediction.after).toBeLessThanOrEqual(0.97);
  });

  it("still has a direction at a prediction of 1e-12", async () => {
    const cf = await raisedBy("doubtful", latent(-0.1, -0.1));
    expect(cf.basePrediction.before).toBeLessThan(2e-12);
    expect(cf.stopReason).toBe("dropped");
    expect(cf.basePrediction.after).toBeCloseTo(0.61, 3);
    // The logit, −27.7 here, rises by 5 a unit.
    expect(cf.shift).toBeCloseTo((Math.log(0.61 / 0.39) + 27.7) / 5, 3);
  });

  it("stays where the gradient is zero", async () => {
    const cf = await raisedBy("always", latent(0.5));
    expect(cf).toMatchObject({ lambda: 0, shift: 0, stopReason: "no-direction", evaluations: 1 });
    expect(cf.image).toEqual(cf.reconstruction);
    expect(cf.basePrediction).toEqual({ before: cf.basePrediction.after, after: cf.basePrediction.before });
    expect(cf.basePrediction.before).toBeCloseTo(sigmoid(-1), 6);
  });

  it("stops at the largest shift, in units of the latent scale", async () => {
    const cf = await raisedBy("smiling-eyeglasses", latent(-2, -2), { latentScale: 0.5, maxShift: 2 });
    expect(cf).toMatchObject({ shift: 1, stopReason: "shift-limit" });
    expect(cf.basePrediction.after).toBeGreaterThan(cf.basePrediction.before);
  });

  it("walks the published ladder upwards, to its limits of λ and of pixels", async () => {
    const z = latent(-1.5, -1.2);
    const cf = await raisedBy("smiling-eyeglasses", z, { search: "reference", maxPixelChange: 10 });
    const ladder = [0, 10, 21, 34, 48, 63, 80, 98, 118, 140, 164, 191, 221];
    expect(cf.trace.map(({ lambda }) => lambda)).toEqual(ladder.slice(0, cf.evaluations));
    const bell = sigmoid(5.4) * sigmoid(-5.4);
    cf.trace.forEach(({ lambda, prediction }) => {
      expect(prediction).toBeCloseTo(sigmoid(-5.4 + (lambda as number) * bell * 8), 4);
    });
    expect(cf.stopReason).toBe("dropped");
    expect(await raisedBy("smiling-eyeglasses", z, { search: "reference" })).toMatchObject({
      stopReason: "pixel-limit",
    });
    const short = { search: "reference", maxPixelChange: 10, maxLambda: 48 } as const;
    expect(await raisedBy("smiling-eyeglasses", z, short)).toMatchObject({ stopReason: "lambda-limit", lambda: 48 });
  });

  it("gives many images what it gives each alone", async () => {
    const random = createRandom(7);
    const latents = Array.from({ length: 19 }, () => latent(...Array.from({ length: 4 }, () => random.normal())));
    const options = {
      autoencoder: workspace.autoencoder,
      base: workspace.classifier("smiling + 0.3*eyeglasses"),
      latentScale: 4,
      direction: "path",
      raise: true,
    } as const;
    const together = await latentShifts(latents.map(world.image), options);
    for (const [index, z] of latents.entries()) {
      const alone = await latentShift(world.image(z), options);
      expect(together[index]?.stopReason).toBe(alone.stopReason);
      expect(together[index]?.shift).toBeCloseTo(alone.shift, 4);
      expect(together[index]?.basePrediction.after).toBeCloseTo(alone.basePrediction.after, 5);
    }
  });

  it("undoes a fall: raised by what it fell, a counterfactual is where it came from", async () => {
    const z = latent(0.6, 0.4, 0.2, -0.3);
    const base = workspace.classifier("smiling-eyeglasses");
    const options = { autoencoder: workspace.autoencoder, base, latentScale: 100 };
    const down = await latentShift(world.image(z), options);
    const rise = down.basePrediction.before - down.basePrediction.after - 0.01;
    const up = await latentShift(down.image, { ...options, drop: rise, raise: true });
    expect(up.shift).toBeCloseTo(down.shift, 3);
    up.image.data.forEach((value, index) => {
      expect(value).toBeCloseTo(world.image(z).data[index] as number, 3);
    });
  });
});
