import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { stack } from "../../src/base/tensor.ts";
import { explain } from "../../src/explanation/explain.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { looksOf } from "../../src/models/latent-differences.ts";
import { readImage } from "../../src/models/read-image.ts";
import type { ClassifierModel } from "../../src/models/types.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { importModel } from "../../src/prepare/importing/import-model.ts";
import { openRun } from "../../src/results/open-run.ts";
import { differencesCost } from "../../src/run/differences-cost.ts";
import { drawWorld } from "../../src/world/draw.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { int8Copy } from "../suite/int8-copy.ts";

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

/** A small world whose classifier "biased" is an int8 file, differentiated by differences. */
async function roundedWorld(): Promise<Workspace> {
  const path = await smallWorld();
  const [file, manifest] = ["onnx", "json"].map((ending) => join(path, "..", `biased.${ending}`)) as [string, string];
  await writeFile(file, int8Copy(await readFile(file)));
  const { sha256: _, ...described } = JSON.parse(await readFile(manifest, "utf8"));
  await writeFile(manifest, JSON.stringify({ ...described, gradient: "differences" }));
  return openSmallWorld(path);
}

function modelOf(workspace: Workspace, name: string): ClassifierModel {
  return workspace.classifier(name).terms[0]?.model as ClassifierModel;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const product = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe("an int8 file without a gradient", () => {
  let exact: Workspace;
  let rounded: Workspace;
  beforeAll(async () => {
    exact = await openSmallWorld(await smallWorld());
    rounded = await roundedWorld();
  });
  afterAll(async () => {
    await exact.dispose();
    await rounded.dispose();
  });

  test("has that of its weights by differences, a latent at a time whatever comes with it", async () => {
    const latents = { data: Float32Array.of(0.3, 0.1, -0.2, 0.1, -0.1, 0.2, 0.2, 0.3), dims: [2, 4] };
    const cotangents = { data: Float32Array.of(1, -2), dims: [2, 1] };
    const own = await rounded.autoencoder.decodeWithGradients(modelOf(rounded, "biased"), latents, cotangents);
    // The world is linear: the slope of the logit along its four numbers.
    for (const [row, weight] of [1, -2].entries()) {
      const gradient = own.gradients.data.slice(4 * row, 4 * row + 4);
      expect(cosine(gradient, Float32Array.of(10 * weight, 9 * weight, 0, 0))).toBeGreaterThan(0.99);
    }
    expect(own.images.data).toEqual((await exact.autoencoder.decode(latents)).data);
    const second = { data: latents.data.slice(4), dims: [1, 4] };
    const alone = await rounded.autoencoder.gradients(modelOf(rounded, "biased"), second, {
      ...{ data: Float32Array.of(-2), dims: [1, 1] },
    });
    expect(alone.gradients.data).toEqual(own.gradients.data.slice(4));
  });

  test("is a base of explain as its exact file is", async () => {
    const pixels = { data: Float32Array.of(0.9, 0.4, 0.7, 0.6, 0.5, 0.55), dims: [1, 1, 2, 3] };
    const [is, was] = await Promise.all(
      [rounded, exact].map((workspace) =>
        explain(pixels, {
          ...{ name: "x", autoencoder: workspace.autoencoder, base: workspace.classifier("biased") },
          downstream: workspace.classifiers("glasses,rare"),
        }),
      ),
    );
    expect(is?.stopReason).toBe(was?.stopReason);
    for (const [place, { before, after }] of (was?.alignment ?? []).entries()) {
      expect(is?.alignment[place]?.before).toBeCloseTo(before, 6);
      expect(Math.abs((is?.alignment[place]?.after ?? 0) - after)).toBeLessThan(0.05);
    }
  });

  test("is a base of align, decomposed and accounted for, and its cost is told beforehand", async () => {
    const faces = join(folder, "faces");
    await drawFaces(faces, 300);
    const figures = [];
    for (const [place, workspace] of [exact, rounded].entries()) {
      const out = join(folder, `run-${place}`);
      await runToEnd(faces, {
        ...{ workspace, out, bases: ["biased"], limit: 40, keepImages: 0, interventions: 30 },
        decompose: { images: 10, draws: 4 },
      });
      const matrix = alignmentMatrix(await openRun(out));
      const cell = matrix.cells.find(({ downstream }) => downstream === "glasses");
      figures.push({ cell, accounted: matrix.accountedFor?.[0], share: matrix.decomposition?.[0] });
    }
    const [was, is] = figures;
    expect(is?.cell?.state).toBe(was?.cell?.state);
    expect(Math.abs((is?.cell?.deciding.mean ?? 0) - (was?.cell?.deciding.mean ?? 0))).toBeLessThan(0.05);
    expect(was?.accounted).toBeDefined();
    expect(is?.accounted?.enough).toBe(was?.accounted?.enough);
    expect(Math.abs((is?.accounted?.value ?? 0) - (was?.accounted?.value ?? 0))).toBeLessThan(0.05);
    expect(is?.share).toBeDefined();
    const [cost] = await differencesCost(rounded.autoencoder, rounded.classifiers("all"), () => performance.now());
    expect(cost).toMatchObject({ model: "biased", looks: 8 });
    expect(await differencesCost(exact.autoencoder, exact.classifiers("all"), () => 0)).toEqual([]);
  });

  test("is described by import where differences are asked for, and refused where they are not", async () => {
    const file = join(rounded.path, "..", "biased.onnx");
    const out = join(folder, "described.json");
    const options = { out, size: { width: 3, height: 2 }, targets: ["smiling"], channels: 1 } as const;
    await expect(importModel(file, options)).rejects.toThrow("is quantised, and its gradients would be wrong");
    await importModel(file, { ...options, differences: true });
    expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({ gradient: "differences", targets: ["smiling"] });
  });
});

test("a latent that is a map, or too long, is refused with what to do", () => {
  expect(looksOf({ name: "ae", latentDims: [128] })).toBe(256);
  for (const latentDims of [[4, 32, 32], [2000]]) {
    expect(() => looksOf({ name: "ae", latentDims })).toThrow(
      `gradients by differences: expected a latent of 1024 numbers at most, got ${latentDims.join(" × ")} of "ae": make a smaller one (cfalign flatten)`,
    );
  }
});

test("in the built-in world, at 128 numbers, differences point where the gradient does", {
  timeout: 300_000,
}, async () => {
  const zoo = join(import.meta.dirname, "../../zoo/cartoon-faces");
  const [faces, model] = [join(folder, "cartoon"), join(zoo, "models/smiling-eyeglasses-95")];
  const manifest = JSON.parse(await readFile(join(model, "model.json"), "utf8"));
  const file = relative(folder, join(model, manifest.file));
  await writeFile(
    join(folder, "black.json"),
    JSON.stringify({ ...manifest, name: "black", file, gradient: "differences" }),
  );
  const [autoencoder, own] = ["models/autoencoder", "models/smiling-eyeglasses-95"].map((name) =>
    relative(folder, join(zoo, name, "model.json")),
  );
  const path = join(folder, "cfalign.json");
  await writeFile(path, JSON.stringify({ autoencoder, classifiers: [own, "black.json"] }));
  const workspace = await openWorkspace(path);
  try {
    await drawWorld({ count: 4, seed: 3, out: faces });
    const images = await Promise.all(
      [0, 1, 2, 3].map(async (i) =>
        fitImage(await readImage(join(faces, `face-0000${i}.png`)), workspace.autoencoder.image),
      ),
    );
    const latents = await workspace.autoencoder.encode(stack(images));
    expect(latents.dims).toEqual([4, 128]);
    const cotangents = { data: new Float32Array(4).fill(1), dims: [4, 1] };
    const [exact, differences] = await Promise.all(
      workspace.classifiers("all").map(async ({ terms }) => {
        const { gradients } = await workspace.autoencoder.gradients(
          terms[0]?.model as ClassifierModel,
          latents,
          cotangents,
        );
        return gradients.data;
      }),
    );
    for (let row = 0; row < 4; row++) {
      const [a, b] = [exact, differences].map((data) => (data as Float32Array).subarray(128 * row, 128 * (row + 1)));
      expect(cosine(a as Float32Array, b as Float32Array)).toBeGreaterThan(0.99);
    }
  } finally {
    await workspace.dispose();
  }
});
