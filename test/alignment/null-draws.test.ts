import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alignBatch } from "../../src/alignment/align-batch.ts";
import { nullMove } from "../../src/alignment/null-draws.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { createRandom } from "../../src/random.ts";
import { attributes, biased, dot, judge, latent, sigmoid } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";

let world: LinearWorld;
let workspace: Workspace;
const random = createRandom("null draws");
const latents = Array.from({ length: 12 }, () => latent(...Array.from({ length: 4 }, () => 1.5 * random.normal())));
const panel = Array.from({ length: 5 }, () => latent(...Array.from({ length: 4 }, () => 1.5 * random.normal())));

beforeAll(async () => {
  world = await linearWorld([attributes, biased], { judges: [judge] });
  workspace = await openWorkspace(world.path, { threads: 1 });
}, 60_000);
afterAll(async () => {
  await workspace.dispose();
  await rm(world.folder, { recursive: true });
});

const tensor = (z: readonly number[]) => ({ data: Float32Array.from(z), dims: [1, 4] });

test("a null move has the length that is asked for, and no part along the gradient", () => {
  const unit = Float64Array.from([0.6, 0.8, 0, 0]);
  const moved = nullMove({ latent: tensor([1, 2, 3, 4]), unit, shift: 2.5, targets: [] }, tensor([4, -1, 0.5, 2]));
  const way = Array.from(moved?.data ?? [], (value, i) => value - [1, 2, 3, 4][i]!);
  expect(Math.hypot(...way)).toBeCloseTo(2.5, 5);
  expect(dot([0.6, 0.8, 0, 0], way)).toBeCloseTo(0, 5);
  // Gram–Schmidt by hand: (3, −3, −2.5, −2) less −0.6 times the unit vector.
  const left = [3.36, -2.52, -2.5, -2];
  left.forEach((value, i) => {
    expect(way[i]).toBeCloseTo((2.5 * value) / Math.hypot(...left), 5);
  });
});

test("there is no null move without a gradient, without a shift, or straight along the gradient", () => {
  const start = { latent: tensor([0, 0, 0, 0]), unit: Float64Array.from([1, 0, 0, 0]), shift: 1, targets: [] };
  expect(nullMove({ ...start, unit: undefined }, tensor([1, 1, 0, 0]))).toBeUndefined();
  expect(nullMove({ ...start, shift: 0 }, tensor([1, 1, 0, 0]))).toBeUndefined();
  expect(nullMove(start, tensor([3, 0, 0, 0]))).toBeUndefined();
});

test("a batch shows the null draws to every classifier, as the linear world's formulas give them", async () => {
  const images = latents.map((z, index) => ({
    image: `${index}.png`,
    pixels: world.image(z),
    nullTargets: [index % 5, (index + 1) % 5].map((place) => ({
      image: `panel-${place}`,
      latent: tensor(panel[place] as number[]),
    })),
  }));
  const result = await alignBatch({
    images,
    autoencoder: workspace.autoencoder,
    bases: [{ classifier: workspace.classifier("smiling-eyeglasses") }],
    downstream: workspace.classifiers(),
    judges: workspace.judges,
    search: defaultSearch,
    latentScale: 5,
    selectFor: () => "all",
    minPrediction: 0.5,
  });
  // ∂f/∂z of the base points along (1, 1, 0, 0), whatever the prediction.
  const unit = Float64Array.from([Math.SQRT1_2, Math.SQRT1_2, 0, 0]);
  const moved = result.counterfactuals.filter(({ shift }) => shift > 0);
  expect(moved.length).toBeGreaterThan(5);
  for (const row of moved) {
    const index = Number.parseInt(row.image, 10);
    const start = { latent: tensor(latents[index] as number[]), unit, shift: row.shift, targets: [] };
    expect(row.nullTowards).toEqual([`panel-${index % 5}`, `panel-${(index + 1) % 5}`]);
    const ends = [index % 5, (index + 1) % 5].map((place) =>
      Array.from(nullMove(start, tensor(panel[place] as number[]))?.data ?? []),
    );
    const change = (name: string): readonly number[] =>
      result.changes.find(({ image, downstream }) => image === row.image && downstream === name)?.nullAfter ?? [];
    ends.forEach((end, draw) => {
      expect(change("eyeglasses")[draw]).toBeCloseTo(sigmoid(dot([0, 3, 0, 0], end)), 3);
      expect(change("beard")[draw]).toBeCloseTo(sigmoid(dot([1, 0, 2, 0], end) - 0.5), 3);
      // The base itself stays where it was.
      expect(change("smiling-eyeglasses")[draw]).toBeCloseTo(row.before, 3);
    });
  }
}, 60_000);
