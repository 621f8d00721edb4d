import { afterAll, describe, expect, it } from "vitest";
import {
  gramMatrix,
  type LatentGradientRequest,
  latentGradients,
  latentProducts,
} from "../../src/alignment/latent-gradients.ts";
import { createRandom } from "../../src/base/random.ts";
import { row, rowsOf, stack, type Tensor } from "../../src/base/tensor.ts";
import { noisyLatents } from "../../src/counterfactual/noise.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import type { Classifier } from "../../src/models/types.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import { attributes, biased, dot, latent, mood } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

const world = await linearWorld([attributes, biased, mood]);
const linear = await openWorkspace(world.path, { threads: 1 });
const cartoon = await openWorkspace("cartoon-faces");
const source = faceSource("latent gradients");
const images = rowsOf(await renderFaces(Array.from({ length: 3 }, (_, index) => source(index))));
const faces = await cartoon.autoencoder.encode(stack(images));
afterAll(async () => {
  await linear?.dispose();
  await cartoon?.dispose();
});

const point = (...values: number[]): Tensor => ({ data: Float32Array.from(latent(...values)), dims: [1, 4] });

/** Mean logit over the draws around a latent. */
async function meanLogit(
  { autoencoder }: Workspace,
  classifier: Classifier,
  draws: readonly Tensor[],
): Promise<number> {
  const outputs = await outputsOf(modelsOf([classifier]), await autoencoder.decode(stack(draws)));
  return draws.reduce((sum, _, i) => sum + read(classifier, outputs(i)).logit, 0) / draws.length;
}

describe("latent gradients", () => {
  it("of a linear world are the slopes of the logits, whatever the noise", async () => {
    const classifiers = linear.classifiers("smiling, eyeglasses, beard, smiling-eyeglasses");
    const slopes = [
      [2, 0, 0, 0],
      [0, 3, 0, 0],
      [1, 0, 2, 0],
      [2, 2, 0, 0],
    ];
    const grams = await latentProducts(stack([point(0.3, -1, 2, 0), point(4, 9, -1, 1)]), {
      autoencoder: linear.autoencoder,
      classifiers,
      latentScale: 3,
    });
    expect(grams).toHaveLength(2);
    for (const gram of grams) {
      slopes.forEach((a, i) => {
        slopes.forEach((b, j) => {
          expect(gram[i * 4 + j]).toBeCloseTo(dot(a, b), 3);
        });
      });
    }
  });

  it("of classes and of sums are those of the mean logit over the draws, by central differences", async () => {
    const options = { latentScale: 3, draws: 6, noise: 0.8, seed: 5 };
    for (const name of ["happy", "smiling + 0.3*eyeglasses", "smiling - 0.5*beard"]) {
      const classifier = linear.classifier(name);
      const at = point(0.4, -0.2, 0.6, 0.1);
      const [[gradient] = []] = await latentGradients([{ latent: at, key: "a", classifiers: [classifier] }], {
        autoencoder: linear.autoencoder,
        ...options,
      });
      for (let axis = 0; axis < 4; axis++) {
        const step = 0.02;
        const moved = (by: number): readonly Tensor[] =>
          noisyLatents(at, "a", options).map(({ data, dims }) => ({
            data: data.map((value, i) => value + (i === axis ? by : 0)),
            dims,
          }));
        const [up, down] = [
          await meanLogit(linear, classifier, moved(step)),
          await meanLogit(linear, classifier, moved(-step)),
        ];
        expect(gradient?.[axis]).toBeCloseTo((up - down) / (2 * step), 2);
      }
    }
  });

  it("of convolutional models fall and rise as the logits do along a random direction", async () => {
    const options = { latentScale: 16, draws: 4 };
    const random = createRandom("direction");
    const direction = Float64Array.from({ length: 128 }, () => random.normal() / Math.sqrt(128));
    const classifiers = cartoon.classifiers("smiling, eyeglasses, smiling-eyeglasses-95");
    const at = row(faces, 0);
    const [gradients = []] = await latentGradients([{ latent: at, key: "face", classifiers }], {
      autoencoder: cartoon.autoencoder,
      ...options,
    });
    for (const [index, classifier] of classifiers.entries()) {
      const moved = (by: number): readonly Tensor[] =>
        noisyLatents(at, "face", options).map(({ data, dims }) => ({
          data: data.map((value, i) => value + by * (direction[i] as number)),
          dims,
        }));
      const [up, down] = [
        await meanLogit(cartoon, classifier, moved(0.05)),
        await meanLogit(cartoon, classifier, moved(-0.05)),
      ];
      const along = (gradients[index] as Float64Array).reduce(
        (sum, value, i) => sum + value * (direction[i] as number),
        0,
      );
      const size = Math.sqrt((gradients[index] as Float64Array).reduce((sum, value) => sum + value * value, 0));
      // In units of the gradient's own length: a random direction has a small part of it.
      expect(Math.abs(along - (up - down) / 0.1) / size).toBeLessThan(5e-3);
    }
  }, 120_000);

  it("are the same to the bit whatever comes with a latent", async () => {
    const all = cartoon.classifiers("smiling, eyeglasses, smiling-eyeglasses-95, smiling + 0.3*beard");
    const request = (index: number, classifiers: readonly Classifier[]): LatentGradientRequest => ({
      latent: row(faces, index),
      key: `face ${index}`,
      classifiers,
    });
    const options = { autoencoder: cartoon.autoencoder, latentScale: 16 };
    const together = await latentGradients(
      [request(0, all), request(1, all.slice(0, 2)), request(2, all.slice(1))],
      options,
    );
    const [alone = []] = await latentGradients([request(2, all.slice(2, 3))], options);
    expect(alone[0]).toEqual(together[2]?.[1]);
    expect(together.map((gradients) => gradients.length)).toEqual([4, 2, 3]);
    const differently = await latentGradients([{ ...request(2, all.slice(2, 3)), key: "other" }], options);
    expect(differently[0]?.[0]).not.toEqual(alone[0]);
  }, 120_000);
});

describe("noise", () => {
  it("comes in pairs around the latent, with the spread that is asked for, from key and seed alone", () => {
    const at: Tensor = { data: new Float32Array(2000).fill(1), dims: [1, 2000] };
    const options = { latentScale: 3 * Math.sqrt(2 * 2000), draws: 4, noise: 0.5 };
    const draws = noisyLatents(at, "key", options);
    const mean = at.data.map((_, i) => draws.reduce((sum, { data }) => sum + (data[i] as number), 0) / 4);
    expect(Math.max(...mean.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-6);
    const first = draws[0] as Tensor;
    const deviation = Math.sqrt(first.data.reduce((sum, value) => sum + (value - 1) ** 2, 0) / 2000);
    expect(deviation).toBeGreaterThan(1.42);
    expect(deviation).toBeLessThan(1.58);
    expect(noisyLatents(at, "key", options)).toEqual(draws);
    expect(noisyLatents(at, "key", { ...options, seed: 2 })).not.toEqual(draws);
    expect(noisyLatents(at, "key", { ...options, noise: 0 })[3]?.data).toEqual(at.data);
  });

  it("without draws is a usage error", () => {
    const at = point(1);
    expect(() => noisyLatents(at, "", { draws: 0 })).toThrow("draws: expected a whole number, 1 or more, got 0");
    expect(() => noisyLatents(at, "", { noise: -1 })).toThrow("noise: expected a number of at least 0, got -1");
  });
});

it("a Gram matrix holds every inner product twice", () => {
  expect([...gramMatrix([Float64Array.from([1, 2]), Float64Array.from([3, -1])])]).toEqual([5, 1, 1, 10]);
});
