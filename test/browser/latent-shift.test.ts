import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { platform } from "#platform";
import type * as library from "../../src/index.ts";
import { latentShift, openWorkspace } from "../../src/index.ts";
import { alongLatent, type LinearWorld, linearWorld, size } from "../models/linear-world.ts";
import { connect } from "../report/chromium.ts";
import { BrowserPage, bundle, PATIENCE_MS } from "./page.ts";

/** A world in closed form with one logistic classifier along the first latent axis. */
function world(): Promise<LinearWorld> {
  const weights = alongLatent([14, 0, 0, 0]);
  const bias = -weights.reduce((sum, weight) => sum + 0.5 * weight, 0);
  return linearWorld([
    { name: "attributes", targets: ["smiling"], activation: "sigmoid", weights: [weights], biases: [bias] },
  ]);
}

describe("latent shift in Chromium", { timeout: PATIENCE_MS }, () => {
  let made: LinearWorld;
  let opened: BrowserPage;
  let inputs: string[] = [];

  beforeAll(async () => {
    made = await world();
    const names = await platform.files.list(made.folder);
    const files = await Promise.all(
      names.map(async (name) => [`/world/${name}`, await readFile(join(made.folder, name))] as const),
    );
    const picture = { ...size, data: Uint8Array.of(90, 120, 150, 60, 200, 10), channels: 1 } as const;
    const { code, metafile } = await bundle("src/index.ts");
    inputs = Object.keys(metafile.inputs);
    opened = await BrowserPage.open(code, await connect(inject("browser")), {
      ...Object.fromEntries(files),
      "/grey.png": await platform.encodeImage(picture, "png"),
    });
  }, 2 * PATIENCE_MS);
  afterAll(() => opened?.close());

  test("the public interface bundles without anything that is for Node only", () => {
    expect(inputs.filter((path) => /onnxruntime-node|sharp|duckdb|platform\/node/.test(path))).toEqual([]);
  });

  test("the counterfactual is that of Node", async () => {
    const image = made.image([0.2, -0.1, 0.05, 0.1]);
    await using workspace = await openWorkspace(made.path);
    const { autoencoder } = workspace;
    const expected = await latentShift(image, { autoencoder, base: workspace.classifier("smiling") });
    const found = await opened.page.evaluate(
      async ({ data, dims }) => {
        const { cfalign } = globalThis as unknown as { cfalign: typeof library };
        const workspace = await cfalign.openWorkspace("/world/cfalign.json");
        const { autoencoder } = workspace;
        const cf = await cfalign.latentShift(
          { data: Float32Array.from(data), dims },
          { autoencoder, base: workspace.classifier("smiling") },
        );
        await workspace.dispose();
        const { stopReason, evaluations, lambda, basePrediction } = cf;
        return { stopReason, evaluations, lambda, basePrediction, image: [...cf.image.data] };
      },
      { data: [...image.data], dims: image.dims },
    );
    const { stopReason, evaluations } = expected;
    expect(found).toMatchObject({ stopReason, evaluations });
    expect(found.lambda as number).toBeCloseTo(expected.lambda as number, 3);
    expect(found.basePrediction.after).toBeCloseTo(expected.basePrediction.after, 5);
    found.image.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.image.data[i] as number, 5);
    });
    expect(opened.errors).toEqual([]);
  });

  test("a picture is decoded to the pixels that were encoded", async () => {
    const pixels = await opened.page.evaluate(async () => {
      const { cfalign } = globalThis as unknown as { cfalign: typeof library };
      const { data, dims } = await cfalign.readImage("/grey.png");
      return { dims, red: [...data.subarray(0, 6)].map((value) => Math.round(255 * value)) };
    });
    expect(pixels).toEqual({ dims: [1, 3, 2, 3], red: [90, 120, 150, 60, 200, 10] });
  });
});
