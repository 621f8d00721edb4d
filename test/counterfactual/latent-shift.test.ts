import { rm } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { align } from "../../src/alignment/align.ts";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { latentShift, latentShifts } from "../../src/counterfactual/latent-shift.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, dot, latent, lines, mood, sigmoid } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

const constant = lines("constant", { always: { slope: [0, 0, 0, 0], intercept: 1 } });
const confident = lines("confident", { sure: { slope: [3, 4, 0, 0], intercept: 27 } });
const age = lines(
  "age",
  { age: { slope: [10, 0, 0, 0], intercept: 60 } },
  { activation: "none", scale: { low: 20, high: 70 } },
);

const world = await linearWorld([attributes, biased, mood, constant, confident, age]);
const workspace = await openWorkspace(world.path);
afterAll(() => workspace.dispose());

const shiftOf = (base: string, z: readonly number[], options: object = {}) =>
  latentShift(world.image(z), {
    autoencoder: workspace.autoencoder,
    base: workspace.classifier(base),
    latentScale: 100,
    ...options,
  });

/** Steps of z along −unit. */
function moved(z: readonly number[], unit: readonly number[], shift: number): number[] {
  return z.map((value, index) => value - shift * (unit[index] as number));
}

describe("latent shift in a linear world", () => {
  it("starts a plain target with one run: reconstruction, outputs and gradient", async () => {
    const decoded: number[] = [];
    const autoencoder = {
      ...workspace.autoencoder,
      decode(latents: Tensor) {
        decoded.push(latents.dims[0] as number);
        return workspace.autoencoder.decode(latents);
      },
    };
    const z = latent(0.6, 0.4, 0.2, -0.3);
    const one = await shiftOf("smiling-eyeglasses", z, { autoencoder });
    expect(decoded).toHaveLength(one.evaluations - 1);
    decoded.length = 0;
    const sum = await shiftOf("smiling + 0.5*smiling-eyeglasses", z, { autoencoder });
    expect(decoded).toHaveLength(sum.evaluations);
  });

  it("goes straight down the slope of the logit: z, λ and predictions are those of the formula", async () => {
    const z = latent(0.6, 0.4, 0.2, -0.3);
    const cf = await shiftOf("smiling-eyeglasses", z);
    const slope = Math.hypot(2, 2);
    const start = dot([2, 2, 0, 0], z);
    // The logit falls linearly, to that of the prediction less 0.61.
    const target = sigmoid(start) - 0.61;
    const shift = (start - Math.log(target / (1 - target))) / slope;
    expect(cf.stopReason).toBe("dropped");
    expect(cf.evaluations).toBe(3);
    expect(cf.shift).toBeCloseTo(shift, 4);
    // g = σ′(ℓ)·slope, λ = −s/‖g‖ (Eqs. 1, 2).
    expect(cf.lambda).toBeCloseTo(-shift / (sigmoid(start) * sigmoid(-start) * slope), 2);
    expect(cf.basePrediction.before).toBeCloseTo(sigmoid(start), 6);
    expect(cf.basePrediction.after).toBeCloseTo(target, 4);
    const end = moved(z, [Math.SQRT1_2, Math.SQRT1_2, 0, 0], shift);
    world.image(end).data.forEach((value, index) => {
      expect(cf.image.data[index]).toBeCloseTo(value, 4);
    });
    world.image(z).data.forEach((value, index) => {
      expect(cf.reconstruction.data[index]).toBeCloseTo(value, 5);
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

  it("moves a downstream prediction as far as its slope along the direction says (Eq. 3)", async () => {
    const z = latent(0.6, 0.4, 0.2, -0.3);
    const cf = await shiftOf("smiling-eyeglasses", z);
    const alignment = await align(cf, workspace.classifiers("smiling-eyeglasses, eyeglasses, 'big nose'"));
    const end = moved(z, [Math.SQRT1_2, Math.SQRT1_2, 0, 0], cf.shift);
    const change = (weights: readonly number[], intercept: number): number =>
      sigmoid(dot(weights, end) + intercept) - sigmoid(dot(weights, z) + intercept);
    expect(alignment.map(({ downstream }) => downstream)).toEqual(["smiling-eyeglasses", "eyeglasses", "'big nose'"]);
    expect(alignment[0]?.relativeChange).toBe(1);
    expect(alignment[1]?.relativeChange).toBeCloseTo(change([0, 3, 0, 0], 0) / change([2, 2, 0, 0], 0), 4);
    expect(alignment[2]?.relativeChange).toBeCloseTo(0, 5);
  });

  it("sums the slopes of a composed base by c·σ′ (Eqs. 1, 4)", async () => {
    const z = latent(0.9, 0.5);
    const cf = await shiftOf("smiling + 0.3*eyeglasses", z, { drop: 0.3 });
    const [l1, l2] = [2 * 0.9 + 0.5, 3 * 0.5];
    const bell = (x: number): number => sigmoid(x) * sigmoid(-x);
    const g = [2 * bell(l1), 0.3 * 3 * bell(l2)];
    const norm = Math.hypot(...g);
    const end = moved(
      z,
      g.map((value) => value / norm),
      cf.shift,
    );
    expect(cf.basePrediction.after).toBeCloseTo(
      sigmoid(2 * (end[0] as number) + 0.5) + 0.3 * sigmoid(3 * (end[1] as number)),
      4,
    );
    expect(cf.lambda).toBeCloseTo(-cf.shift / norm, 3);
    expect(cf.basePrediction.before - cf.basePrediction.after).toBeGreaterThanOrEqual(0.3);
    expect(cf.basePrediction.before - cf.basePrediction.after).toBeLessThanOrEqual(0.32);
    expect(cf.dominantTerm).toBeNull();
  });

  it("names the term that holds the direction of a sum", async () => {
    expect((await shiftOf("smiling + 0.01*eyeglasses", latent(0.2, 0.2))).dominantTerm).toBe("smiling");
    expect((await shiftOf("smiling", latent(0.2, 0.2))).dominantTerm).toBeNull();
  });

  it("lowers one class of a softmax against the others", async () => {
    const z = latent(0.8, -0.2, 0.1, 0.3);
    const cf = await shiftOf("happy", z);
    const [happy, sad, calm] = world.logits("mood", z) as [number, number, number];
    const others = Math.exp(sad) + Math.exp(calm);
    // ∂(ℓ_t − logsumexp(others))/∂z
    const [wSad, wCalm] = [Math.exp(sad) / others, Math.exp(calm) / others];
    const slope = [2 + 2 * wSad, -wCalm, -wSad, 1];
    const norm = Math.hypot(...slope);
    const p = sigmoid(happy - Math.log(others));
    const end = moved(
      z,
      slope.map((value) => value / norm),
      cf.shift,
    );
    const after = world.logits("mood", end) as [number, number, number];
    const total = after.reduce((sum, value) => sum + Math.exp(value), 0);
    expect(cf.basePrediction.before).toBeCloseTo(p, 6);
    expect(cf.basePrediction.after).toBeCloseTo(Math.exp(after[0]) / total, 4);
    expect(cf.lambda).toBeCloseTo(-cf.shift / (p * (1 - p) * norm), 2);
    expect(cf.stopReason).toBe("dropped");
  });

  it.each(["smiling-eyeglasses", "confident", "age"])("goes the same way by every direction: %s", async (base) => {
    const z = latent(0.6, 0.4, 0.2, -0.3);
    const plain = await shiftOf(base, z);
    const scale = { displacement: plain.shift / 100, length: plain.shift / 100 };
    expect(plain).toMatchObject({ gradients: 1, ...scale });
    for (const [options, gradients] of [
      [{ direction: "smoothed", draws: 5 }, 5],
      [{ direction: "path", steps: 3, draws: 3 }, 9],
      [{ direction: "path", draws: 1, noise: 0, steps: 5 }, 5],
    ] as const) {
      const other = await shiftOf(base, z, options);
      expect(other).toMatchObject({ lambda: null, stopReason: plain.stopReason, gradients });
      // Both end within the tolerance of the drop.
      const ends = [plain, other].map(({ basePrediction }) => basePrediction.before - basePrediction.after);
      for (const fall of ends) expect(fall).toBeGreaterThanOrEqual(0.6);
      for (const fall of ends) expect(fall).toBeLessThanOrEqual(0.62);
      expect(other.displacement).toBeCloseTo(other.length as number, 6);
      expect(Math.abs(other.shift / plain.shift - 1)).toBeLessThan(0.06);
      const along = (cf: typeof plain): number[] =>
        Array.from(cf.image.data, (value, i) => (value - (cf.reconstruction.data[i] as number)) / cf.shift);
      along(other).forEach((value, i) => {
        expect(value).toBeCloseTo(along(plain)[i] as number, 4);
      });
      expect(other.trace).toHaveLength(other.evaluations);
      expect(other.trace.every(({ lambda }) => lambda === null)).toBe(true);
      expect(new Set(other.trace.map(({ step }) => step)).size).toBe(
        options.direction === "path" ? gradients / options.draws : 1,
      );
    }
  });

  it("takes the gradient anew at every step of a path, where the classes of a softmax turn it", async () => {
    const z = latent(1.2, 0.9, 0.1, 0.3);
    const cf = await shiftOf("happy", z, { direction: "path", steps: 3, draws: 1, noise: 0 });
    // The same path from the formula: three legs along ∂(ℓ_t − logsumexp(others))/∂z, each as long as the trace says.
    let at = z;
    for (const step of [1, 2, 3]) {
      const own = cf.trace.filter((point) => point.step === step);
      const begun = Math.max(0, ...cf.trace.filter((point) => point.step < step).map(({ length }) => length));
      const [, sad = 0, calm = 0] = world.logits("mood", at);
      const others = Math.exp(sad) + Math.exp(calm);
      const [wSad, wCalm] = [Math.exp(sad) / others, Math.exp(calm) / others];
      const slope = [2 + 2 * wSad, -wCalm, -wSad, 1];
      const norm = Math.hypot(...slope);
      const unit = slope.map((value) => value / norm);
      for (const { length, prediction } of own) {
        const logits = world.logits("mood", moved(at, unit, length - begun));
        const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
        expect(prediction).toBeCloseTo(Math.exp(logits[0] as number) / total, 4);
      }
      at = moved(at, unit, Math.max(...own.map(({ length }) => length)) - begun);
    }
    expect(cf.stopReason).toBe("dropped");
    expect(cf.length as number).toBeGreaterThan(1.0001 * (cf.displacement as number));
  });

  it("still has a direction at a prediction of 1 − 1e-12", async () => {
    const cf = await shiftOf("confident", latent(0.1, 0.1));
    expect(cf.basePrediction.before).toBeGreaterThan(1 - 2e-12);
    expect(cf.stopReason).toBe("dropped");
    expect(cf.evaluations).toBe(3);
    expect(cf.basePrediction.after).toBeCloseTo(0.39, 3);
    const bell = Math.exp(-27.7);
    expect((cf.lambda as number) / (-cf.shift / (5 * bell))).toBeCloseTo(1, 4);
  });

  it("reports no λ where float64 has none, and the shift all the same", async () => {
    const far = lines("far", { away: { slope: [50, 0, 0, 0], intercept: 800 } });
    const other = await linearWorld([far]);
    const opened = await openWorkspace(other.path);
    const cf = await latentShift(other.image(latent()), {
      autoencoder: opened.autoencoder,
      base: opened.classifier("far"),
      latentScale: 100,
    });
    await opened.dispose();
    await rm(other.folder, { recursive: true });
    expect(cf.lambda).toBeNull();
    expect(cf.trace.at(-1)?.lambda).toBeNull();
    expect(cf.shift).toBeCloseTo((800 - Math.log(0.39 / 0.61)) / 50, 3);
    expect(cf.stopReason).toBe("dropped");
  });

  it("scales an output that is its own prediction, and searches along it", async () => {
    const cf = await shiftOf("age", latent(0.5));
    // (65 − 20)/50 = 0.9; slope 10/50 per latent unit.
    expect(cf.basePrediction.before).toBeCloseTo(0.9, 6);
    expect(cf.basePrediction.before - cf.basePrediction.after).toBeGreaterThanOrEqual(0.6);
    expect(cf.basePrediction.before - cf.basePrediction.after).toBeLessThanOrEqual(0.62);
    expect(cf.lambda).toBeCloseTo(-cf.shift / 0.2, 4);
  });

  it("has no direction where the gradient is zero", async () => {
    const cf = await shiftOf("always", latent(0.5));
    expect(cf).toMatchObject({ lambda: 0, shift: 0, stopReason: "no-direction", evaluations: 1 });
    expect(cf.image).toEqual(cf.reconstruction);
    expect((await align(cf, workspace.classifiers("smiling")))[0]?.relativeChange).toBeNull();
  });

  it("stops at the largest shift, in units of the latent scale", async () => {
    const cf = await shiftOf("smiling-eyeglasses", latent(2, 2), { latentScale: 0.5, maxShift: 2 });
    expect(cf).toMatchObject({ shift: 1, stopReason: "shift-limit" });
  });

  it("walks the published ladder in the reference search", async () => {
    const cf = await shiftOf("smiling-eyeglasses", latent(1.5, 1.2), { search: "reference", maxPixelChange: 10 });
    const ladder = [0, -10, -21, -34, -48, -63, -80, -98, -118, -140, -164, -191, -221];
    expect(cf.trace.map(({ lambda }) => lambda)).toEqual(ladder.slice(0, cf.evaluations));
    const bell = sigmoid(5.4) * sigmoid(-5.4);
    cf.trace.forEach(({ lambda, prediction }) => {
      // ‖g‖ along the slope (2, 2): the logit falls by |λ|·σ′·8.
      expect(prediction).toBeCloseTo(sigmoid(5.4 + (lambda as number) * bell * 8), 4);
    });
    expect(cf.stopReason).toBe("dropped");
  });

  it("stops the reference search at its pixel limit", async () => {
    const cf = await shiftOf("smiling-eyeglasses", latent(1.5, 1.2), { search: "reference" });
    expect(cf.stopReason).toBe("pixel-limit");
  });

  it("gives many images what it gives each alone", async () => {
    const random = createRandom(7);
    const latents = Array.from({ length: 37 }, () => latent(...Array.from({ length: 4 }, () => random.normal())));
    const options = {
      autoencoder: workspace.autoencoder,
      base: workspace.classifier("smiling + 0.3*eyeglasses"),
      latentScale: 4,
    };
    const together = await latentShifts(latents.map(world.image), options);
    expect(together).toHaveLength(37);
    for (const [index, z] of latents.entries()) {
      const alone = await latentShift(world.image(z), options);
      expect(together[index]?.stopReason).toBe(alone.stopReason);
      expect(together[index]?.shift).toBeCloseTo(alone.shift, 4);
      expect(together[index]?.basePrediction.after).toBeCloseTo(alone.basePrediction.after, 5);
    }
  });

  it("draws the noise of an image from the image, whatever comes with it", async () => {
    const random = createRandom(8);
    const latents = Array.from({ length: 19 }, () => latent(...Array.from({ length: 4 }, () => random.normal())));
    const options = {
      autoencoder: workspace.autoencoder,
      base: workspace.classifier("happy"),
      latentScale: 4,
      direction: "path",
      draws: 3,
    } as const;
    const together = await latentShifts(latents.map(world.image), options);
    for (const [index, z] of latents.entries()) {
      const alone = await latentShift(world.image(z), options);
      expect(together[index]?.stopReason).toBe(alone.stopReason);
      expect(together[index]?.shift).toBeCloseTo(alone.shift, 4);
      expect(together[index]?.length).toBeCloseTo(alone.length as number, 4);
    }
  });

  it("bounds the displacement of a path by the largest shift", async () => {
    const cf = await shiftOf("happy", latent(2, 2), { direction: "path", draws: 2, latentScale: 0.5, maxShift: 2 });
    expect(cf.stopReason).toBe("shift-limit");
    expect(cf.shift).toBeLessThanOrEqual(1 + 1e-5);
    expect(cf.displacement).toBeCloseTo(2 * cf.shift, 9);
  });

  it("ends between two evaluations when it is interrupted", async () => {
    const signal = AbortSignal.abort();
    await expect(shiftOf("smiling", latent(1), { signal })).rejects.toMatchObject({ code: "interrupted" });
  });

  it.each([
    [{ drop: 0 }, "drop: expected a number above 0, got 0"],
    [{ floor: 1 }, "floor: expected a number from 0 to below 1, got 1"],
    [{ search: "slow" }, 'search: expected "fast" or "reference", got "slow"'],
    [{ direction: "up" }, 'direction: expected "gradient", "smoothed" or "path", got "up"'],
    [
      { search: "reference", direction: "path" },
      'direction: expected "gradient" with the search "reference", which is the published one, got "path"',
    ],
    [{ steps: 0 }, "steps: expected a whole number, 1 or more, got 0"],
    [{ draws: 1.5 }, "draws: expected a whole number, 1 or more, got 1.5"],
    [{ noise: -1 }, "noise: expected a number of at least 0, got -1"],
    [{ latentScale: 0 }, "latentScale: expected a number above 0, got 0"],
  ])("refuses %j", async (options, message) => {
    await expect(shiftOf("smiling", latent(1), options)).rejects.toMatchObject({ code: "usage", message });
  });
});
