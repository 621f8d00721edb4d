import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { createRandom } from "../../../src/base/random.ts";
import type { Tensor } from "../../../src/base/tensor.ts";
import { listImages } from "../../../src/images/list-images.ts";
import { openAutoencoder } from "../../../src/models/autoencoder.ts";
import { fitImage } from "../../../src/models/fit-image.ts";
import { readJsonFile } from "../../../src/models/json-file.ts";
import { autoencoderManifestSchema } from "../../../src/models/manifest.ts";
import { readImage } from "../../../src/models/read-image.ts";
import { openWorkspace } from "../../../src/models/workspace.ts";
import { flatten } from "../../../src/prepare/flatten/flatten.ts";
import { initWorkspace } from "../../../src/prepare/importing/init-workspace.ts";
import { writePixelModel } from "../../../src/prepare/importing/pixel-model.ts";
import { preflight } from "../../../src/prepare/preflight/preflight.ts";
import { walkWorld } from "../../cli/walk-world.ts";
import { temporaryFolder } from "../../run/small-world.ts";

let folder = "";
beforeAll(async () => {
  folder = await temporaryFolder();
  await walkWorld(folder, { pictures: 120 });
});

const at = (...path: readonly string[]): string => join(folder, ...path);

async function opened(side: number, channels: 1 | 3 = 3) {
  const { manifest, latentSide } = await writePixelModel(at(`pixels-${side}-${channels}`), { side, channels });
  return {
    latentSide,
    autoencoder: await openAutoencoder(manifest, await readJsonFile(manifest, autoencoderManifestSchema)),
  };
}

function noise(dims: readonly number[]): Tensor {
  const random = createRandom("noise");
  return { data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => random.uniform()), dims };
}

describe("pictures as their own latent", () => {
  test.each([1, 3] as const)("come back as they went in, with %d channels", async (channels) => {
    const { autoencoder } = await opened(24, channels);
    const image = noise([1, channels, 24, 24]);
    const latent = await autoencoder.encode(image);
    expect(latent.dims).toEqual([1, channels, 24, 24]);
    expect((await autoencoder.decode(latent)).data).toEqual(image.data);
    await autoencoder.dispose();
  });

  test("are made smaller beyond 128 pixels, as any picture is, and come back at their size", async () => {
    const { autoencoder, latentSide } = await opened(200);
    expect([latentSide, autoencoder.latentDims]).toEqual([128, [3, 128, 128]]);
    const image = noise([1, 3, 200, 200]);
    const latent = await autoencoder.encode(image);
    const smaller = await fitImage(image, { channels: 3, height: 128, width: 128 });
    latent.data.forEach((value, i) => {
      if (Math.abs(value - (smaller.data[i] as number)) > 1e-5) throw new Error(`${i}: ${value}, ${smaller.data[i]}`);
    });
    const larger = await fitImage(smaller, { channels: 3, height: 200, width: 200 });
    const decoded = await autoencoder.decode(latent);
    expect(decoded.dims).toEqual([1, 3, 200, 200]);
    decoded.data.forEach((value, i) => {
      if (Math.abs(value - (larger.data[i] as number)) > 1e-5) throw new Error(`${i}: ${value}, ${larger.data[i]}`);
    });
    await autoencoder.dispose();
  });
});

describe("a workspace without an autoencoder", () => {
  test("has pictures at the smaller of their size and the classifiers', and says so before it is flat", async () => {
    const made = await initWorkspace({
      classifiers: [at("my-model")],
      images: at("photos"),
      path: at("cfalign.json"),
    });
    expect(made.notes).toEqual([]);
    await using workspace = await openWorkspace(made.workspace);
    expect(workspace.autoencoder.image).toMatchObject({ channels: 3, height: 32, width: 32 });
    const { statements } = await preflight(at("photos"), { workspace, now: () => 0, images: 16 });
    expect(statements.map(({ level, sentence }) => `${level}: ${sentence}`)).toContain(
      "warning: the latent is the picture itself (3 × 32 × 32), as there is no autoencoder: a gradient in it finds changes that only one classifier sees. Run cfalign flatten before cfalign align",
    );
  });

  test("has the principal basis of its pictures once it is flattened", async () => {
    {
      await using workspace = await openWorkspace(at("cfalign.json"));
      await flatten(at("photos"), { workspace, components: 5 });
    }
    await using workspace = await openWorkspace(at("cfalign.json"));
    const { rows } = await listImages(at("photos"), 1);
    const all = await Promise.all(rows.map(({ image }) => readImage(at("photos", image))));
    // Held out are the first fifth; the basis is of the others, by another way of computing it: their singular vectors.
    const own = all.slice(24).map(({ data }) => Array.from(data));
    const mean = own[0]?.map((_, i) => own.reduce((sum, row) => sum + (row[i] as number), 0) / own.length) ?? [];
    const centred = own.map((row) => row.map((value, i) => value - (mean[i] as number)));
    const directions = new SingularValueDecomposition(centred, {
      autoTranspose: true,
    }).rightSingularVectors.subMatrixColumn([0, 1, 2, 3, 4]);
    const image = all[3] as Tensor;
    const { autoencoder } = workspace;
    const code = await autoencoder.encode(image);
    expect(code.dims).toEqual([1, 5]);
    const decoded = await autoencoder.decode(code);
    const along = directions
      .transpose()
      .mmul(Matrix.columnVector(Array.from(image.data, (value, i) => value - (mean[i] as number))));
    const projected = directions.mmul(along).to1DArray();
    decoded.data.forEach((value, i) => {
      const expected = Math.min(1, Math.max(0, (projected[i] as number) + (mean[i] as number)));
      expect(Math.abs(value - expected)).toBeLessThan(2e-3);
    });
    const { statements } = await preflight(at("photos"), { workspace, now: () => 0 });
    const said = statements.map(({ level, sentence }) => `${level}: ${sentence}`);
    expect(said).toContain("good: the latent is 5 numbers, a basis of your own pictures");
    expect(said.join("\n")).toMatch(/note: \d+ % of its decisions are the same on what the basis keeps/);
  });

  test("tells two models of one name apart by the folder above", async () => {
    for (const above of ["monday", "tuesday"]) cpSync(at("my-model"), at(above, "my-model"), { recursive: true });
    const sources = ["monday", "tuesday"].map((above) => at(above, "my-model"));
    for (const source of sources) rmSync(join(source, "model.json"), { force: true });
    const { workspace } = await initWorkspace({ classifiers: sources, images: at("photos"), path: at("two.json") });
    await using opened = await openWorkspace(workspace);
    expect(opened.models.map(({ name }) => name)).toEqual(["my-model", "tuesday-my-model"]);
  });

  test("says how much smaller large pictures are made, and takes a square only", async () => {
    await platform.files.makeDirectory(at("large"));
    const grey = { data: new Uint8Array(3 * 300 * 400).fill(90), width: 400, height: 300, channels: 3 } as const;
    await platform.files.write(at("large", "one.png"), await platform.encodeImage(grey, "png"));
    const options = { classifiers: [at("my-model")], images: at("large"), path: at("large.json") };
    expect((await initWorkspace(options)).notes).toEqual([
      "pictures of 300 pixels a side (median) are made smaller: 32 × 32",
    ]);
    const larger = await initWorkspace({ ...options, size: { width: 160, height: 160 }, overwrite: true });
    expect(larger.notes).toEqual([
      "pictures of 300 pixels a side (median) are made smaller: 160 × 160",
      "their basis is of 128 × 128 pixels; edits are made at 160 × 160",
    ]);
    await expect(initWorkspace({ ...options, size: { width: 64, height: 32 }, overwrite: true })).rejects.toThrow(
      "size: expected a square without an autoencoder, got 64 × 32",
    );
  });
});
