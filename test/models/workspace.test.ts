import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { saliency } from "../../src/attribution/saliency.ts";
import { stack } from "../../src/base/tensor.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { imageSizeOf } from "../../src/models/prediction.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { attributes, biased, dot, judge, latent, mood } from "./linear-models.ts";
import { linearWorld } from "./linear-world.ts";

const world = await linearWorld([attributes, biased, mood], { judges: [judge] });
const workspace = await openWorkspace(world.path);
afterAll(() => workspace.dispose());

describe("a workspace", () => {
  it("opens by its file and by its folder", async () => {
    const again = await openWorkspace(world.folder);
    expect(again.path).toBe(workspace.path);
    expect(again.autoencoder.hash).toBe(workspace.autoencoder.hash);
    await again.dispose();
  });

  it("lists every target of its classifiers, and its judges apart", () => {
    expect(workspace.classifiers().map(({ name }) => name)).toEqual([
      "smiling",
      "eyeglasses",
      "beard",
      "'big nose'",
      "smiling-eyeglasses",
      "happy",
      "sad",
      "calm",
    ]);
    expect(workspace.judges.map(({ name }) => name)).toEqual(["attributes-b/smiling", "freckles"]);
    expect(workspace.classifiers("smiling, mood/sad").map(({ name }) => name)).toEqual(["smiling", "sad"]);
    expect(workspace.images).toBe(join(world.folder, "images"));
  });

  it("encodes and decodes as the linear autoencoder does", async () => {
    const z = latent(0.5, -0.25, 0.125, 1);
    const encoded = await workspace.autoencoder.encode(world.image(z));
    expect(encoded.dims).toEqual([1, 4]);
    z.forEach((value, index) => {
      expect(encoded.data[index]).toBeCloseTo(value, 5);
    });
    const decoded = await workspace.autoencoder.decode(encoded);
    expect(decoded.dims).toEqual([1, 1, 2, 3]);
    world.image(z).data.forEach((value, index) => {
      expect(decoded.data[index]).toBeCloseTo(value, 5);
    });
  });

  it("gives the logits of the formula", async () => {
    const z = latent(0.5, -0.25, 0.125, 1);
    for (const model of [...workspace.models, ...workspace.judgeModels]) {
      const outputs = await model.logits(world.image(z));
      expect(outputs.dims).toEqual([1, model.targets.length]);
      world.logits(model.name, z).forEach((value, index) => {
        expect(outputs.data[index]).toBeCloseTo(value, 5);
      });
    }
  });

  it("gives gradients of any target: the slopes of its line", async () => {
    const model = workspace.models[0] as Workspace["models"][number];
    const latents = { data: new Float32Array(8), dims: [2, 4] };
    const cotangents = { data: Float32Array.from([1, 0, 0, 0, 0, 0, 1, 2]), dims: [2, 4] };
    const { gradients, outputs } = await workspace.autoencoder.gradients(model, latents, cotangents);
    expect(outputs.dims).toEqual([2, 4]);
    const expected = [2, 0, 0, 0, 1, 0, 2, -3];
    expected.forEach((value, index) => {
      expect(gradients.data[index]).toBeCloseTo(value, 5);
    });
    expect(dot([...outputs.data.subarray(0, 4)], [1, 1, 1, 1])).toBeCloseTo(0.25, 5);
  });

  /** Opens the workspace after one of its files was changed. */
  async function withChange(file: string, change: (json: Record<string, unknown>) => unknown): Promise<Workspace> {
    const path = join(world.folder, file);
    const before = await readFile(path, "utf8");
    const json = JSON.parse(before) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(change(json)));
    try {
      return await openWorkspace(world.path);
    } finally {
      await writeFile(path, before);
    }
  }

  it.each([
    ["cfalign.json", { classifiers: [] }, "classifiers: expected at least 1 item, got []"],
    ["cfalign.json", { autoencoder: 3 }, "autoencoder: expected string, got 3"],
    ["cfalign.json", { autoencoder: undefined }, "autoencoder: expected string, got nothing"],
    ["cfalign.json", { models: [] }, 'expected no field "models", got one'],
    ["attributes.json", { kind: "autoencoder" }, 'kind: expected "classifier", got "autoencoder"'],
    [
      "attributes.json",
      { output: { activation: "relu" } },
      'output.activation: expected "sigmoid" or "softmax" or "none", got "relu"',
    ],
    [
      "attributes.json",
      { output: { activation: "softmax" }, targets: ["a"] },
      'output.activation: expected another than softmax for one target, of which it is always 1, got "softmax"',
    ],
    [
      "attributes.json",
      { targets: ["a", "a", "a-1", "c"] },
      'targets: expected no name that another one has once its place is appended, got ["a","a","a-1","c"]',
    ],
    ["attributes.json", { targets: [null, null] }, "targets: expected a name at least, got [null,null]"],
    [
      "mood.json",
      { targets: ["happy", null, "calm"] },
      'targets: expected a name for every class of a softmax, as each takes its part of the sum, got ["happy",null,"calm"]',
    ],
    [
      "attributes.json",
      { input: { width: 3, height: 2, channels: 1, order: "bgr" } },
      'input.order: expected bgr only with 3 channels, got "bgr"',
    ],
    [
      "attributes.json",
      { input: { width: 3, height: 2, channels: 1, resizeTo: "224" } },
      'input.resizeTo: expected a whole number of pixels, or width and height, got "224"',
    ],
    [
      "attributes.json",
      { input: { width: 3, height: 2, channels: 1, fill: 255 } },
      "input.fill: expected numbers from 0 to 1, got 255",
    ],
    [
      "autoencoder.json",
      { input: { width: 3, height: 2, channels: 1, overshoot: "keep" } },
      `input.overshoot: expected nothing, as pictures brought to an autoencoder's size are always cut to [0, 1], got "keep"`,
    ],
    [
      "attributes.json",
      { input: { width: 3, height: 2, channels: 1, range: [1, 0] } },
      "input.range: expected two numbers, the lower first, got [1,0]",
    ],
    [
      "attributes.json",
      { input: { width: 3, height: 2, channels: 1, mean: [1, 2, 3] } },
      "input.mean: expected 1 numbers, one per channel, got [1,2,3]",
    ],
    [
      "attributes.json",
      { input: { width: 30, height: 2, channels: 1 } },
      /input: expected channels × height × width as .*attributes.onnx states them \(\[n, 1, 2, 3\]\), got 1 × 2 × 30$/,
    ],
    [
      "attributes.json",
      { sha256: "0".repeat(64) },
      /sha256: expected 0{64} for attributes.onnx, got [0-9a-f]{64}: the file is not the one that was described$/,
    ],
    ["attributes.json", { file: "none.onnx" }, /file: expected an ONNX file at .*none.onnx, got nothing there$/],
    [
      "attributes.json",
      { output: { activation: "sigmoid", name: "z" } },
      /output.name: expected one of "y" in attributes.onnx, got "z"$/,
    ],
    ["attributes.json", { name: "mood" }, 'classifiers: expected distinct model names, got "mood" twice'],
    [
      "attributes.json",
      { output: { activation: "sigmoid", scale: { low: 0, high: 1 } } },
      'output.scale: expected only with activation "none", got "sigmoid"',
    ],
  ])("names what is wrong in %s with %j", async (file, change, message) => {
    const opening = withChange(file, (json) => ({ ...json, ...change }));
    const where = typeof message === "string" && message.includes("twice") ? "cfalign.json" : file;
    const expected =
      typeof message === "string" ? `${join(world.folder, where)}: ${message}` : expect.stringMatching(message);
    await expect(opening).rejects.toMatchObject({ code: "input", message: expected });
  });

  it("says so when targets and outputs differ in number", async () => {
    const opened = await withChange("attributes.json", (json) => ({ ...json, targets: ["a", "b"] }));
    await expect(opened.models[0]?.logits(world.image(latent()))).rejects.toMatchObject({
      code: "input",
      message: `${join(world.folder, "attributes.json")}: targets: expected one name per output of the file (4), got 2`,
    });
    await opened.dispose();
  });

  it.each([
    [
      "cartoon-face",
      'unknown workspace "cartoon-face": no file or folder of that name, and no built-in one: did you mean "cartoon-faces"?',
    ],
    [
      "no/such.json",
      'workspace: expected a file at "no/such.json", got nothing there: give workspace a path, or a built-in name such as "cartoon-faces"',
    ],
  ])("is not found at %s", async (path, message) => {
    await expect(openWorkspace(path)).rejects.toMatchObject({ code: "usage", message });
  });

  it("brings pictures to the autoencoder's size as its manifest says, whatever they are then used for", async () => {
    const { channels, height, width } = workspace.autoencoder.image;
    const framed = await withChange("autoencoder.json", (json) => ({
      ...json,
      input: { channels, height, width, fit: "cover", resize: "nearest" },
    }));
    // As high as it is to be, and three times as wide: its middle is left.
    const data = Float32Array.from({ length: 18 }, (_, i) => i / 18);
    const middle = Float32Array.from([3, 4, 5, 12, 13, 14], (i) => i / 18);
    const classifier = framed.classifier("smiling");
    for (const frame of [framed.autoencoder.image, imageSizeOf(classifier)]) {
      expect((await fitImage({ data, dims: [1, 1, 2, 9] }, frame)).data).toEqual(middle);
    }
    const { maps } = await saliency({ data, dims: [1, 1, 2, 9] }, { classifier, method: "input-gradients" });
    const { maps: ofMiddle } = await saliency(
      { data: middle, dims: [1, 1, 2, 3] },
      { classifier, method: "input-gradients" },
    );
    expect(maps.data).toEqual(ofMiddle.data);
    await framed.dispose();
  });

  it("has another hash when anything that a run depends on changes", async () => {
    const changed = await withChange("attributes.json", (json) => ({ ...json, targets: ["a", "b", "c", "d"] }));
    expect(changed.models[0]?.hash).not.toBe(workspace.models[0]?.hash);
    expect(changed.models[1]?.hash).toBe(workspace.models[1]?.hash);
    await changed.dispose();
  });

  it("loops models that were exported with a fixed batch", async () => {
    const other = await linearWorld([attributes], { batch: 2 });
    const opened = await openWorkspace(other.path);
    const latents = [latent(0.5), latent(0, 0.5), latent(0.25, 0, 0.25)];
    const images = stack(latents.map(other.image));
    const encoded = await opened.autoencoder.encode(images);
    const model = opened.models[0] as Workspace["models"][number];
    const outputs = await model.logits(await opened.autoencoder.decode(encoded));
    const cotangents = { data: new Float32Array(12).fill(1), dims: [3, 4] };
    const { gradients } = await opened.autoencoder.gradients(model, encoded, cotangents);
    await opened.dispose();
    await rm(other.folder, { recursive: true });
    latents
      .flatMap((z) => other.logits("attributes", z))
      .forEach((value, index) => {
        expect(outputs.data[index]).toBeCloseTo(value, 5);
      });
    expect(gradients.dims).toEqual([3, 4]);
    [3, 3, 2, -1.5].forEach((value, index) => {
      expect(gradients.data[8 + index]).toBeCloseTo(value, 5);
    });
  });
});
