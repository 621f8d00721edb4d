import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { row, stack, type Tensor } from "../../../src/base/tensor.ts";
import { latentShift } from "../../../src/counterfactual/latent-shift.ts";
import { loadModel } from "../../../src/engine/load.ts";
import { readImage } from "../../../src/models/read-image.ts";
import type { Workspace } from "../../../src/models/workspace.ts";
import { GraphBuilder, ints } from "../../../src/onnx/build.ts";
import { connect } from "../../../src/onnx/connect.ts";
import { writeModel } from "../../../src/onnx/write.ts";
import { concepts } from "../../../src/prepare/concepts/concepts.ts";
import { type Flattened, flatten } from "../../../src/prepare/flatten/flatten.ts";
import { rectifySettings } from "../../../src/rectify/options.ts";
import { runOptions } from "../../../src/run/run-options.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "../../run/small-world.ts";

let path = "";
let faces = "";
let own: Workspace;
let flat: Workspace;
let flattened: Flattened;

beforeAll(async () => {
  path = await smallWorld();
  faces = join(await temporaryFolder(), "faces");
  await drawFaces(faces, 150);
  own = await openSmallWorld(path);
  flattened = await flatten(faces, { workspace: own, components: 3 });
  flat = await openSmallWorld(path);
});

/** The first pictures of the folder, brought to one channel. */
async function pictures(count: number): Promise<Tensor> {
  const read = await Promise.all(
    Array.from({ length: count }, async (_, i) => readImage(join(faces, `face-${String(i).padStart(4, "0")}.png`))),
  );
  return stack(
    read.map(({ data, dims }) => ({ data: data.slice(0, data.length / 3), dims: [1, 1, ...dims.slice(2)] })),
  );
}

describe("a flattened autoencoder", () => {
  test("is entered into the workspace, and says what it was made of", () => {
    expect(flattened.workspace).toBe(path);
    const { autoencoder } = JSON.parse(readFileSync(path, "utf8")) as { autoencoder: string };
    expect(join(dirname(path), autoencoder)).toBe(flattened.manifest);
    const { flattened: origin } = JSON.parse(readFileSync(flattened.manifest, "utf8")) as {
      flattened: { from: string };
    };
    expect(origin).toMatchObject({ images: 120, components: 3, seed: 1 });
    expect(join(dirname(flattened.manifest), origin.from)).toMatch(/autoencoder\.json$/);
  });

  test("has codes that are uncorrelated, around 0, with a spread of 1", async () => {
    expect(flat.autoencoder.latentDims).toEqual([3]);
    const codes = await flat.autoencoder.encode(await pictures(150));
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < 150; i++)
          product += ((codes.data[3 * i + a] as number) * (codes.data[3 * i + b] as number)) / 150;
        // Of all pictures, of which a fifth was held out.
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(0.25);
      }
    }
  });

  test("draws what the autoencoder draws of the latent's nearest point in the basis", async () => {
    const images = await pictures(20);
    const [bare, through] = [own.autoencoder, flat.autoencoder];
    const latents = await bare.encode(images);
    const drawn = await through.decode(await through.encode(images));
    const codesAgain = await through.encode(drawn);
    const codes = await through.encode(images);
    // Projecting twice changes nothing, and what is lost is orthogonal to what is kept.
    for (let i = 0; i < codes.data.length; i++) expect(codesAgain.data[i]).toBeCloseTo(codes.data[i] as number, 3);
    const redrawn = await bare.encode(drawn);
    for (let i = 0; i < 20; i++) {
      const [latent, kept] = [row(latents, i).data, row(redrawn, i).data];
      const other = row(redrawn, (i + 1) % 20).data;
      const lost = latent.map((value, k) => value - (kept[k] as number));
      const along = lost.reduce((sum, value, k) => sum + value * ((kept[k] as number) - (other[k] as number)), 0);
      expect(Math.abs(along)).toBeLessThan(2e-3);
    }
  });

  test("has the gradient of the autoencoder, taken through the basis", async () => {
    const smiling = flat.classifier("smiling").terms[0]?.model;
    if (smiling === undefined) throw new Error("no model");
    const codes = row(await flat.autoencoder.encode(await pictures(1)), 0);
    const cotangents = { data: Float32Array.of(1, 0, 0), dims: [1, 3] };
    const { gradients } = await flat.autoencoder.gradients(smiling, codes, cotangents);
    const at = async (shift: number): Promise<number> => {
      const moved = codes.data.map((value, k) => value + shift * (gradients.data[k] as number));
      return (await smiling.logits(await flat.autoencoder.decode({ data: moved, dims: [1, 3] }))).data[0] as number;
    };
    const squared = gradients.data.reduce((sum, value) => sum + value * value, 0);
    expect(((await at(1e-2)) - (await at(-1e-2))) / 2e-2 / squared).toBeCloseTo(1, 2);
  });

  test("keeps on held-out pictures what its curve says, of the variance and of the decisions", () => {
    const { chosen, curve, bare, heldOut, images, latent } = flattened;
    expect([images, heldOut, latent]).toEqual([120, 30, 4]);
    expect(curve).toEqual([chosen]);
    // Three of four directions of equal spread.
    expect(chosen.varianceKept).toBeGreaterThan(0.65);
    expect(chosen.varianceKept).toBeLessThan(0.85);
    expect(bare.decisionsKept).toBeGreaterThan(chosen.decisionsKept as number);
  });

  test("is made anew from the autoencoder itself, as at first", async () => {
    const workspace = await openSmallWorld(path);
    const again = await flatten(faces, { workspace, components: 2 });
    const origins = [flattened, again].map(({ manifest }) => JSON.parse(readFileSync(manifest, "utf8")).flattened.from);
    expect([again.manifest, again.latent, again.components]).toEqual([flattened.manifest, 4, 2]);
    expect(origins[1]).toBe(origins[0]);
    const { manifest } = await flatten(faces, { workspace, components: 3 });
    await workspace.dispose();
    const renewed = await openSmallWorld(path);
    expect([manifest, renewed.autoencoder.hash]).toEqual([flattened.manifest, flat.autoencoder.hash]);
    await renewed.dispose();
  });
});

describe("an autoencoder with its channels last", () => {
  /** The small world with an encoder and a decoder that have the channels at the end. */
  async function channelsLast(): Promise<string> {
    const world = await smallWorld();
    const folder = dirname(world);
    const turned = async (file: string, side: "inputs" | "outputs"): Promise<void> => {
      const { graph } = await loadModel(join(folder, file));
      const b = new GraphBuilder("turn/", ["pixels"]);
      const perm = ints(side === "inputs" ? [0, 3, 1, 2] : [0, 2, 3, 1]);
      const other = b.add("Transpose", ["pixels"], { perm });
      const [first, last] = [["n", 1, 2, 3] as const, ["n", 2, 3, 1] as const];
      const [from, to] = side === "inputs" ? [last, first] : [first, last];
      const turn = b.graph(
        "turn",
        [{ name: "pixels", type: "float32", dims: from }],
        [{ name: other, type: "float32", dims: to }],
      );
      const whole = side === "inputs" ? connect(turn, graph, { x: other }) : connect(graph, turn, { pixels: "x" });
      writeFileSync(join(folder, file), writeModel(whole));
    };
    await turned("encoder.onnx", "inputs");
    await turned("decoder.onnx", "outputs");
    const path = join(folder, "autoencoder.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { readonly input: object };
    const [encoder, decoder] = [{ file: "encoder.onnx" }, { file: "decoder.onnx" }];
    writeFileSync(
      path,
      JSON.stringify({ ...manifest, encoder, decoder, input: { ...manifest.input, layout: "nhwc" } }),
    );
    return world;
  }

  test("is flattened, and read by concepts, as it is", async () => {
    const path = await channelsLast();
    const [plain, last] = [await openSmallWorld(await smallWorld()), await openSmallWorld(path)];
    const options = { components: 4 } as const;
    await flatten(faces, { workspace: last, ...options });
    await flatten(faces, { workspace: plain, ...options });
    for (const workspace of [plain, last]) await workspace.dispose();
    const images = await pictures(10);
    const [one, other] = [await openSmallWorld(plain.path), await openSmallWorld(path)];
    for (const workspace of [one, other])
      await concepts(join(faces, "metadata.csv"), { workspace, columns: ["smiling"] });
    const drawn = await Promise.all(
      [one, other].map(async ({ autoencoder }) => autoencoder.decode(await autoencoder.encode(images))),
    );
    // The same world in another order of axes: the same pictures, and the same readings of them.
    drawn[0]?.data.forEach((value, i) => {
      expect(drawn[1]?.data[i]).toBeCloseTo(value, 4);
    });
    for (const workspace of [one, other]) await workspace.dispose();
    const read = await Promise.all(
      [plain.path, path].map(async (file) => {
        const workspace = await openSmallWorld(file);
        const logits = await workspace.models.find(({ name }) => name === "concepts")?.logits(images);
        await workspace.dispose();
        return logits?.data ?? [];
      }),
    );
    expect(read[0]?.length).toBe(10);
    read[0]?.forEach((value, i) => {
      expect((read[1]?.[i] ?? 0) / value).toBeCloseTo(1, 2);
    });
  }, 60_000);
});

describe("the limit of the shift", () => {
  test("follows the latent, unless it is given", async () => {
    const [, ...labels] = readFileSync(join(faces, "metadata.csv"), "utf8").split("\n");
    const smiling = labels.find((line) => line.split(",")[1] === "1")?.split(",")[0] ?? "";
    const image = await readImage(join(faces, smiling));
    expect([own.autoencoder.maxShift, flat.autoencoder.maxShift]).toEqual([undefined, 1]);
    for (const [workspace, limit] of [
      [own, 0.4],
      [flat, 1],
    ] as const) {
      const given = { workspace, bases: ["smiling"], out: "unused" };
      expect(runOptions(given).maxShift).toBe(limit);
      expect(runOptions({ ...given, maxShift: 0.7 }).maxShift).toBe(0.7);
      expect(rectifySettings({ workspace, targets: ["smiling"], against: ["glasses"], out: "unused" }).maxShift).toBe(
        limit,
      );
      // A unit so small that every search ends at its limit.
      const scale = 1e-3;
      const { shift, stopReason } = await latentShift(image, {
        autoencoder: workspace.autoencoder,
        base: workspace.classifier("smiling"),
        latentScale: scale,
      });
      expect(stopReason).toBe("shift-limit");
      expect(shift / scale).toBeCloseTo(limit, 4);
    }
  });

  test("is no part of what an autoencoder is", async () => {
    const before = flat.autoencoder.hash;
    const manifest = JSON.parse(readFileSync(flattened.manifest, "utf8")) as object;
    writeFileSync(flattened.manifest, JSON.stringify({ ...manifest, maxShift: 2 }));
    const again = await openSmallWorld(path);
    expect([again.autoencoder.maxShift, again.autoencoder.hash]).toEqual([2, before]);
    await again.dispose();
    writeFileSync(flattened.manifest, JSON.stringify(manifest));
  });
});

describe("flatten", () => {
  test.each<[number, string]>([
    [0, "components: expected auto or a whole number, 1 or more, got 0"],
    [9, "components: expected at most 4 (a basis of 120 pictures, latents of 4 numbers), got 9"],
  ])("refuses %d components", async (components, message) => {
    await expect(flatten(faces, { workspace: own, components, enter: false })).rejects.toThrow();
    const again = await openSmallWorld(await smallWorld());
    await expect(flatten(faces, { workspace: again, components, enter: false })).rejects.toThrow(message);
    await again.dispose();
  });

  test("refuses too few pictures", async () => {
    const few = mkdtempSync(join(tmpdir(), "cfalign-few-"));
    await drawFaces(few, 20);
    const again = await openSmallWorld(await smallWorld());
    await expect(flatten(few, { workspace: again })).rejects.toThrow(
      `"${few}": expected at least 50 usable pictures for a basis, found 20`,
    );
    await again.dispose();
  });

  test("leaves the workspace as it is when asked to", async () => {
    const other = await smallWorld();
    const before = readFileSync(other, "utf8");
    writeFileSync(other, before);
    const workspace = await openSmallWorld(other);
    const { workspace: entered } = await flatten(faces, { workspace, enter: false });
    await workspace.dispose();
    expect(entered).toBeNull();
    expect(readFileSync(other, "utf8")).toBe(before);
  });
});
