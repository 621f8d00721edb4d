import { afterAll, beforeAll, expect, test } from "vitest";
import { alignBatch } from "../../src/alignment/align-batch.ts";
import { perturbations } from "../../src/alignment/perturbations.ts";
import { perturbedChanges } from "../../src/alignment/perturbed.ts";
import type { Perturbation } from "../../src/alignment/rows.ts";
import { createRandom } from "../../src/base/random.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { attributes, biased, dot, latent, sigmoid } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";

let world: LinearWorld;
let workspace: Workspace;
const random = createRandom("perturbed");

beforeAll(async () => {
  world = await linearWorld([attributes, biased]);
  workspace = await openWorkspace(world.path, { threads: 1 });
}, 60_000);
afterAll(() => workspace.dispose());

/** One image of three rows and four columns. */
const image = { data: Float32Array.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0.5]), dims: [1, 1, 3, 4] };
const perturb = async (name: Perturbation): Promise<number[]> =>
  Array.from((await perturbations[name](image, workspace.autoencoder)).data);

test("the shift moves every row one pixel to the right", async () => {
  expect(await perturb("shifted")).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
});

test("the blur spreads a pixel as 1 2 1 by 1 2 1, and keeps what lies at the edge", async () => {
  const spread = [1, 2, 1, 0, 2, 4, 2, 0, 1, 2, 1, 0].map((value) => value / 16);
  // 0.5 in the corner: its edges are repeated outwards.
  const corner = [0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 3, 9].map((value) => value / 32);
  expect(await perturb("blurred")).toEqual(spread.map((value, i) => value + (corner[i] as number)));
});

test("JPEG keeps a flat image, and loses a fine pattern in part", async () => {
  const { jpeg } = perturbations;
  const size = workspace.autoencoder.image;
  const pixels = size.height * size.width;
  const of = async (values: (i: number) => number): Promise<number[]> => {
    const data = Float32Array.from({ length: pixels }, (_, i) => values(i));
    const result = await jpeg?.({ data, dims: [1, 1, size.height, size.width] }, workspace.autoencoder);
    return Array.from(result?.data ?? [], (value, i) => Math.abs(value - (data[i] as number)));
  };
  expect(Math.max(...(await of(() => 0.5)))).toBeLessThan(0.005);
  const fine = await of((i) => (i % 2 === 0 ? 0.45 : 0.55));
  expect(Math.max(...fine)).toBeGreaterThan(0.01);
});

test("re-encoding keeps what is on the manifold and removes what is not", async () => {
  const base = workspace.classifier("smiling");
  const z = latent(1, 0, 0.5, 0);
  const on = world.image(z);
  const end = world.image(latent(-1, 0, 0.5, 0));
  // A pattern that D cannot draw: noise less its part in the span of the decoder.
  const noise = Array.from({ length: 6 }, () => random.normal());
  const parts = [0, 1, 2, 3].map((l) =>
    world.decoder.reduce((sum, row, p) => sum + (row[l] as number) * (noise[p] as number), 0),
  );
  const off = noise.map((value, p) => value - dot(world.decoder[p] as number[], parts));
  const pattern = { data: on.data.map((value, p) => value + (off[p] as number)), dims: on.dims };
  const [real, adversarial] = await perturbedChanges(
    [
      { base, reconstruction: on, image: end },
      { base, reconstruction: on, image: pattern },
    ],
    workspace.autoencoder,
  );
  expect(real?.reencoded).toBeCloseTo(sigmoid(2 + 0.5) - sigmoid(-2 + 0.5), 4);
  expect(adversarial?.reencoded).toBeCloseTo(0, 5);
});

test("a batch measures only counterfactuals that reached the drop, and only when asked", async () => {
  const images = Array.from({ length: 9 }, (_, index) => ({
    image: `${index}.png`,
    pixels: world.image(latent(index / 4 - 0.5, 0, 0, 0)),
  }));
  const request = {
    images,
    autoencoder: workspace.autoencoder,
    bases: [{ classifier: workspace.classifier("smiling") }],
    downstream: workspace.classifiers(),
    judges: [],
    search: { ...defaultSearch, drop: 0.7 },
    latentScale: 5,
    selectFor: () => "all" as const,
    minPrediction: 0.5,
  };
  const { counterfactuals } = await alignBatch({ ...request, robustness: true });
  const reached = counterfactuals.filter(({ before, after }) => before - after >= 0.7);
  expect(reached.length).toBeGreaterThan(0);
  expect(reached.length).toBeLessThan(9);
  for (const row of counterfactuals) {
    expect(Object.keys(row.perturbed)).toEqual(reached.includes(row) ? Object.keys(perturbations) : []);
    // Counterfactuals of a linear world lie on its manifold.
    if (reached.includes(row)) expect(row.perturbed.reencoded).toBeCloseTo(row.before - row.after, 4);
  }
  const plain = await alignBatch(request);
  expect(plain.counterfactuals.every(({ perturbed }) => Object.keys(perturbed).length === 0)).toBe(true);
});
