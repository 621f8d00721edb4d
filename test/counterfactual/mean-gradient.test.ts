import { afterAll, describe, expect, it } from "vitest";
import { latentGradients } from "../../src/alignment/latent-gradients.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { directionAlong, meanGradients } from "../../src/counterfactual/mean-gradient.ts";
import { noiseKey } from "../../src/counterfactual/noise.ts";
import { there } from "../../src/counterfactual/or-error.ts";
import { outputsOf, read } from "../../src/models/prediction.ts";
import type { Classifier } from "../../src/models/types.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, latent, lines, mood } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

const age = lines(
  "age",
  { age: { slope: [10, 0, 0, 0], intercept: 60 } },
  { activation: "none", scale: { low: 20, high: 70 } },
);
const world = await linearWorld([attributes, biased, mood, age]);
const workspace = await openWorkspace(world.path, { threads: 1 });
afterAll(() => workspace.dispose());

const point = (...values: number[]): Tensor => ({ data: Float32Array.from(latent(...values)), dims: [1, 4] });
const place = (base: Classifier, z: Tensor, key = "a") => ({ base, latent: z, key, latentScale: 3 });
const options = (draws: number, exact = true) => ({ autoencoder: workspace.autoencoder, draws, noise: 0.5, exact });

const gradientsOf = async (...args: Parameters<typeof meanGradients>) => (await meanGradients(...args)).map(there);

describe("the mean of a logit's gradients over noise", () => {
  it("is the slope of a straight logit, whatever the noise", async () => {
    const base = workspace.classifier("smiling-eyeglasses");
    const [found] = await gradientsOf([place(base, point(0.3, 0.1))], options(3));
    [2, 2, 0, 0].forEach((value, i) => {
      expect(found?.vector[i]).toBeCloseTo(value, 5);
    });
  });

  it("is what the decomposition averages, for sums, classes of a softmax and outputs without a head", async () => {
    for (const name of ["smiling + 0.3*eyeglasses", "happy", "age", "smiling - 0.5*happy"]) {
      const classifier = workspace.classifier(name);
      const z = point(0.6, 0.4, 0.2, -0.3);
      const [own] = await gradientsOf([place(classifier, z)], options(6));
      const [[other] = []] = await latentGradients([{ latent: z, key: "a", classifiers: [classifier] }], {
        autoencoder: workspace.autoencoder,
        draws: 6,
        latentScale: 3,
      });
      own?.vector.forEach((value, i) => {
        expect(value, name).toBeCloseTo(other?.[i] as number, 5);
      });
    }
  });

  it("of a place is the same, to the bit, whatever places come with it", async () => {
    const bases = workspace.classifiers("happy, smiling + 0.3*eyeglasses");
    const places = Array.from({ length: 23 }, (_, index) =>
      place(bases[index % 2] as Classifier, point(0.1 * index, 0.3, -0.05 * index), `${index}`),
    );
    const together = await gradientsOf(places, options(5));
    for (const index of [0, 7, 22]) {
      const [alone] = await gradientsOf(places.slice(index, index + 1), options(5));
      expect(alone).toEqual(together[index]);
    }
  });

  it("fills gradient runs with the draws of all places", async () => {
    const rows: number[] = [];
    const autoencoder: typeof workspace.autoencoder = {
      ...workspace.autoencoder,
      gradients(model, latents, cotangents) {
        rows.push(latents.dims[0] as number);
        return workspace.autoencoder.gradients(model, latents, cotangents);
      },
      decode: () => Promise.reject(new Error("a plain target needs no pictures")),
    };
    // Two targets of one file share its runs.
    const bases = workspace.classifiers("smiling, eyeglasses");
    const places = Array.from({ length: 7 }, (_, index) =>
      place(bases[index % 2] as Classifier, point(0.1 * index), `${index}`),
    );
    await gradientsOf(places, { ...options(5, false), autoencoder });
    expect(rows).toEqual([16, 16, 3]);
  });

  it("names the term that every draw's direction is almost all of", async () => {
    const bases = workspace.classifiers("smiling + 0.01*eyeglasses, smiling + 0.5*eyeglasses");
    const found = await gradientsOf(
      bases.map((base) => place(base, point(0.2, 0.2))),
      options(4),
    );
    expect(found.map(({ dominantTerm }) => dominantTerm)).toEqual(["smiling", undefined]);
  });
});

describe("a direction along a mean gradient", () => {
  it("is as steep as the gradient at z0 where the logit is straight", async () => {
    for (const [name, slope] of [
      ["smiling-eyeglasses", Math.hypot(2, 2)],
      ["age", 10 / 50],
    ] as const) {
      const base = workspace.classifier(name);
      const z = point(0.3, 0.1);
      const outputs = (await outputsOf(workspace.models, await workspace.autoencoder.decode(z)))(0);
      const reading = read(base, outputs);
      const [mean] = await gradientsOf([place(base, z)], options(2));
      const direction = directionAlong(base, mean as NonNullable<typeof mean>, reading);
      const bell = reading.prediction * (1 - reading.prediction);
      expect(Math.exp(direction.logNorm)).toBeCloseTo(name === "age" ? slope : slope * bell, 5);
      expect(direction.logitSlope).toBeCloseTo(name === "age" ? slope / bell : slope, 4);
    }
  });

  it("has no course where the gradients cancel", () => {
    const nothing = { vector: new Float64Array(4), dominantTerm: undefined };
    const { unit } = directionAlong(workspace.classifier("smiling"), nothing, { prediction: 0.5, logit: 0 });
    expect(unit).toBeUndefined();
  });
});

it("noise is drawn from the picture: 8-bit copies share it, another picture does not", () => {
  const image = (change: number): Tensor => ({
    data: Float32Array.from({ length: 12 }, (_, i) => (i * 20 + (i === 3 ? change : 0)) / 255),
    dims: [1, 3, 2, 2],
  });
  expect(noiseKey(image(0.2))).toBe(noiseKey(image(0)));
  expect(noiseKey(image(1))).not.toBe(noiseKey(image(0)));
});
