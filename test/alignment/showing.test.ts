import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { showing } from "../../src/alignment/showing.ts";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { modelsOf, type Outputs, outputsOf } from "../../src/models/prediction.ts";
import type { ClassifierModel } from "../../src/models/types.ts";
import { filled, width } from "../../src/models/whole-calls.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, latent } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

test("images are shown in whole calls to the files that have not seen them, whatever order they come in", async () => {
  const world = await linearWorld([attributes, biased]);
  const workspace = await openWorkspace(world.path);
  try {
    const models = modelsOf(workspace.classifiers("all"));
    const calls = new Map<ClassifierModel, number>();
    const counted = models.map((model): ClassifierModel => {
      const own: ClassifierModel = {
        ...model,
        logits(images) {
          calls.set(own, (calls.get(own) ?? 0) + 1);
          expect(images.dims[0]).toBe(width);
          return model.logits(images);
        },
      };
      return own;
    });
    const [first, second] = counted as [ClassifierModel, ClassifierModel];
    const random = createRandom(5);
    const images: readonly Tensor[] = await Promise.all(
      Array.from({ length: 40 }, () => world.image(latent(random.normal(), random.normal(), random.normal(), 0))),
    );
    const wanted = await outputsOf(models, filled(images));
    const told: Outputs[] = [];
    const show = showing(workspace.autoencoder, counted, undefined);
    for (const [place, image] of images.entries()) {
      // Every other image was seen by the first file, which need not be asked again.
      const seen = place % 2 === 0 ? new Map([[first, wanted(place)(models[0] as ClassifierModel)]]) : undefined;
      await show.image(
        image,
        (outputs) => {
          told[place] = outputs;
        },
        seen,
      );
    }
    await show.flush();
    expect([calls.get(first), calls.get(second)]).toEqual([2, 3]);
    for (const place of images.keys()) {
      for (const [index, model] of models.entries()) {
        const outputs = told[place] as Outputs;
        expect(Array.from(outputs(counted[index] as ClassifierModel))).toEqual(Array.from(wanted(place)(model)));
      }
    }
  } finally {
    await workspace.dispose();
    await rm(world.folder, { recursive: true });
  }
});

test("with no file to show it to, an image is told at once", async () => {
  const world = await linearWorld([attributes]);
  const workspace = await openWorkspace(world.path);
  try {
    const image = world.image(latent(1, 0, 0, 0));
    let told: Tensor | undefined;
    await showing(workspace.autoencoder, [], undefined).image(image, (_, shown) => {
      told = shown;
    });
    expect(told).toBe(image);
  } finally {
    await workspace.dispose();
    await rm(world.folder, { recursive: true });
  }
});
