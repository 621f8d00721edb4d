import { afterAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { rememberGradients } from "../../src/rectify/remembered-gradients.ts";
import { attributes, biased } from "../models/linear-models.ts";
import { latentSize, linearWorld } from "../models/linear-world.ts";

const world = await linearWorld([attributes, biased]);
const workspace = await openWorkspace(world.path, { threads: 1 });
afterAll(() => workspace.dispose());

/** Latents of the given names, one row each. */
const latents = (...names: readonly number[]): Tensor => ({
  data: Float32Array.from(names.flatMap((name) => [name, 0.1, -0.2, 0.3])),
  dims: [names.length, latentSize],
});
const firstTarget = (count: number, targets: number): Tensor => ({
  data: Float32Array.from({ length: count * targets }, (_, i) => (i % targets === 0 ? 1 : 0)),
  dims: [count, targets],
});

/** An autoencoder that remembers, and how many rows it had to compute. */
function remembering(most?: number) {
  const rows: number[] = [];
  const autoencoder = rememberGradients(
    {
      ...workspace.autoencoder,
      gradients(model, some, cotangents) {
        rows.push(some.dims[0] as number);
        return workspace.autoencoder.gradients(model, some, cotangents);
      },
    },
    most,
  );
  const ask = (place: number, ...names: readonly number[]) => {
    const model = workspace.models[place] as Workspace["models"][number];
    return autoencoder.gradients(model, latents(...names), firstTarget(names.length, model.targets.length));
  };
  return { rows, ask };
}

describe("remembered gradients", () => {
  test("are those of the autoencoder, each row computed once", async () => {
    const { rows, ask } = remembering();
    const first = await ask(0, 1, 2, 3);
    const again = await ask(0, 3, 4, 1);
    expect(rows).toEqual([3, 1]);
    const model = workspace.models[0] as Workspace["models"][number];
    const plain = await workspace.autoencoder.gradients(model, latents(3, 4, 1), firstTarget(3, model.targets.length));
    expect([...again.gradients.data]).toEqual([...plain.gradients.data]);
    expect([...again.outputs.data.subarray(8, 12)]).toEqual([...first.outputs.data.subarray(0, 4)]);
  });

  test("of another classifier file are others", async () => {
    const { rows, ask } = remembering();
    await ask(0, 1);
    await ask(1, 1);
    expect(rows).toEqual([1, 1]);
  });

  test("are forgotten when there are too many, those first that were not asked for for longest", async () => {
    // Room for three rows of the first file: four targets and four latent numbers each.
    const { rows, ask } = remembering(3 * 8);
    await ask(0, 1, 2, 3);
    await ask(0, 1);
    await ask(0, 4);
    expect(rows).toEqual([3, 1]);
    await ask(0, 1, 3, 4);
    expect(rows).toEqual([3, 1]);
    await ask(0, 2);
    expect(rows).toEqual([3, 1, 1]);
    const larger = await ask(0, 5, 6, 7, 8, 9);
    expect(larger.gradients.dims).toEqual([5, latentSize]);
  });
});
