import { afterAll, expect, test } from "vitest";
import { latentShift } from "../../src/counterfactual/latent-shift.ts";
import { directionParts, drawDirectionParts } from "../../src/explanation/decomposition.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, latent, sigmoid } from "../models/linear-models.ts";
import { linearWorld, worldDecoder } from "../models/linear-world.ts";

const world = await linearWorld([attributes, biased]);
const workspace = await openWorkspace(world.path, { threads: 1 });
afterAll(() => workspace.dispose());

const z0 = latent(0.9, 0.7, 0.2, 0);

// biased: ∂ℓ/∂z = (2, 2, 0, 0); smiling (2, 0, 0, 0), eyeglasses (0, 3, 0, 0).
const parts = (names: readonly (readonly [string, number])[], shown?: number) => {
  const base = workspace.classifier("smiling-eyeglasses");
  return directionParts(world.image(z0), {
    autoencoder: workspace.autoencoder,
    base,
    concepts: names.map(([name, weight]) => ({ classifier: workspace.classifier(name), weight })),
    key: "face",
    latentScale: 5,
    frames: 3,
    ...(shown === undefined ? {} : { shown }),
  });
};

/** Latent of a frame: Qᵀ·(x − 0.5). */
function latentOf(pixels: Float32Array): number[] {
  return z0.map((_, l) =>
    worldDecoder.reduce((sum, row, pixel) => sum + (row[l] as number) * ((pixels[pixel] as number) - 0.5), 0),
  );
}

test("every part moves the latent along its own gradient, as far as the counterfactual", async () => {
  const base = workspace.classifier("smiling-eyeglasses");
  const { shift } = await latentShift(world.image(z0), { autoencoder: workspace.autoencoder, base, latentScale: 5 });
  const found = await parts([
    ["smiling", 1],
    ["eyeglasses", 0.5],
  ]);
  expect(found.map(({ part }) => part)).toEqual(["direction", "smiling", "eyeglasses", "residual"]);
  const ends = found.map(({ frames }) => latentOf(frames.data.subarray(-6)));
  const [x, y] = [z0[0] as number, z0[1] as number];
  const diagonal = shift / Math.SQRT2;
  const expected = [
    [x - diagonal, y - diagonal],
    [x - shift, y],
    [x, y - shift],
    // (2, 2) − (2, 0) − (0, 1.5): half a unit of glasses is left.
    [x, y - shift],
  ];
  expected.forEach(([a, b], index) => {
    expect(ends[index]?.[0]).toBeCloseTo(a as number, 3);
    expect(ends[index]?.[1]).toBeCloseTo(b as number, 3);
  });
  expect(found.map(({ length }) => length)).toEqual(
    [Math.sqrt(8), 2, 1.5, 0.5].map((length) => expect.closeTo(length / Math.sqrt(8), 4)),
  );
  expect(found[0]?.predictions[0]).toBeCloseTo(sigmoid(2 * x + 2 * y), 4);
  expect(found[1]?.predictions[2]).toBeCloseTo(sigmoid(2 * (x - shift) + 2 * y), 3);
});

test("only the heaviest concepts have a row, and all count for the residual", async () => {
  const found = await parts(
    [
      ["beard", 0],
      ["smiling", 1],
      ["eyeglasses", 0.5],
    ],
    1,
  );
  expect(found.map(({ part }) => part)).toEqual(["direction", "smiling", "residual"]);
  expect(found[2]?.length).toBeCloseTo(0.5 / Math.sqrt(8), 4);
});

test("a strip has a row for every part", async () => {
  const found = await parts([["smiling", 1]]);
  const { autoencoder } = workspace;
  const base = workspace.classifier("smiling-eyeglasses");
  const one = await drawDirectionParts(world.image(z0), found.slice(0, 1), { autoencoder, base });
  const all = await drawDirectionParts(world.image(z0), found, { autoencoder, base });
  expect(found).toHaveLength(3);
  expect((all.height - one.height) % 2).toBe(0);
  expect(all.height).toBeGreaterThan(2.5 * (one.height - 16));
  expect(all.width).toBe(one.width);
}, 60_000);
