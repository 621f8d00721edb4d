import { expect, test } from "vitest";
import { latentScaleOf } from "../../src/counterfactual/latent-scale.ts";
import type { Autoencoder } from "../../src/models/types.ts";
import type { Tensor } from "../../src/tensor.ts";
import { linearWorld } from "../models/linear-world.ts";
import { openSmallWorld } from "../run/small-world.ts";

async function withAutoencoder<T>(action: (autoencoder: Autoencoder, image: (z: number[]) => Tensor) => Promise<T>) {
  const weights = [[1, 0, 0, 0, 0, 0]];
  const world = await linearWorld([{ name: "any", targets: ["any"], activation: "sigmoid", weights, biases: [0] }]);
  const workspace = await openSmallWorld(world.path);
  try {
    return await action(workspace.autoencoder, world.image);
  } finally {
    await workspace.dispose();
  }
}

test("the latent scale is the median distance between latents", async () => {
  // On a line at 0, 1, 3 and 7 the distances are 1, 2, 3, 4, 6, 7.
  const scale = await withAutoencoder((autoencoder, image) =>
    latentScaleOf(
      autoencoder,
      [0, 1, 3, 7].map((z) => image([z / 10, 0, 0, 0])),
    ),
  );
  expect(scale).toBeCloseTo(0.35, 6);
});

test("the latent scale of an odd number of pairs is the middle one", async () => {
  const scale = await withAutoencoder((autoencoder, image) =>
    latentScaleOf(autoencoder, [image([0, 0, 0, 0]), image([0.3, 0, 0, 0]), image([0, 0.4, 0, 0])]),
  );
  expect(scale).toBeCloseTo(0.4, 6);
});

test("one image, or equal ones, have no latent scale", async () => {
  await withAutoencoder(async (autoencoder, image) => {
    const same = image([0.1, 0.2, 0, 0]);
    expect(await latentScaleOf(autoencoder, [same])).toBeUndefined();
    expect(await latentScaleOf(autoencoder, [same, same, same])).toBeUndefined();
  });
});
