import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, StringStringEntryProtoSchema } from "onnx-buf";
import { describe, expect, it } from "vitest";
import { importOutput } from "../../../src/cli/schemas.ts";
import { openAutoencoder } from "../../../src/models/autoencoder.ts";
import { openClassifier } from "../../../src/models/classifier-model.ts";
import { autoencoderManifestSchema, classifierManifestSchema } from "../../../src/models/manifest.ts";
import { GraphBuilder, int, ints } from "../../../src/onnx/build.ts";
import { writeModel } from "../../../src/onnx/write.ts";
import { importModel } from "../../../src/prepare/importing/import-model.ts";
import { cli } from "../../cli/cli.ts";

const root = await mkdtemp(join(tmpdir(), "cfalign-import-"));

/** Writes files below a new folder; objects as JSON. */
async function folderOf(name: string, files: Readonly<Record<string, Uint8Array | object | string>>): Promise<string> {
  const folder = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const data = content instanceof Uint8Array || typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(join(folder, path), data);
  }
  return folder;
}

/** A classifier that gives the mean of each channel and its negative; dims without the batch. */
function classifier(
  dims: readonly (number | string)[],
  options: {
    readonly head?: "Softmax";
    readonly metadata?: Readonly<Record<string, string>>;
    readonly op?: string;
  } = {},
): Uint8Array {
  const b = new GraphBuilder("", ["pixel_values"]);
  const planes = dims[2] === 3 ? b.add("Transpose", ["pixel_values"], { perm: ints([0, 3, 1, 2]) }) : "pixel_values";
  const means = b.add("Flatten", [b.add("GlobalAveragePool", [planes])], { axis: int(1) });
  const logits = b.add("Concat", [means, b.add("Neg", [means])], { axis: int(1) });
  const y = options.head === undefined ? logits : b.add(options.head, [logits], { axis: int(1) });
  const graph = b.graph(
    "tiny",
    [{ name: "pixel_values", type: "float32", dims: ["n", ...dims] }],
    [{ name: y, type: "float32", dims: ["n", 6] }],
  );
  const model = fromBinary(ModelProtoSchema, writeModel(graph));
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    model.metadataProps.push(create(StringStringEntryProtoSchema, { key, value }));
  }
  return toBinary(ModelProtoSchema, model);
}

/** An encoder that gives a quarter of the picture, and its parameters twice where it has a variance; and the way back. */
function autoencoder(kind: "mean" | "parameters" | "sampled"): { encoder: Uint8Array; decoder: Uint8Array } {
  const b = new GraphBuilder("", ["sample"]);
  const pool = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  const mean = b.add("AveragePool", ["sample"], pool);
  const noisy = kind === "sampled" ? b.add("Add", [mean, b.add("RandomNormalLike", [mean])]) : mean;
  const z = kind === "parameters" ? b.add("Concat", [mean, b.add("Neg", [mean])], { axis: int(1) }) : noisy;
  const free = ["n", 3, "height", "width"];
  const info = (name: string, dims: readonly (number | string)[]) => ({ name, type: "float32" as const, dims });
  const channels = kind === "parameters" ? 6 : 3;
  const encoder = b.graph("encoder", [info("sample", free)], [info(z, ["n", channels, "h", "w"])]);
  const d = new GraphBuilder("", ["latent_sample"]);
  const twice = d.add("Resize", ["latent_sample", "", d.float([1, 1, 2, 2])], {
    mode: { kind: "string", value: "nearest" },
  });
  const decoder = d.graph("decoder", [info("latent_sample", ["n", 3, "h", "w"])], [info(twice, free)]);
  return { encoder: writeModel(encoder), decoder: writeModel(decoder) };
}

/** One file: the mean of four pixels, the sum of the channels, and the way back; `skip` leads the picture past all of it. */
function wholeAutoencoder({ skip = false } = {}): Uint8Array {
  const b = new GraphBuilder("", ["sample", "pooled", "summed", "spread"]);
  const pool = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  b.nodes.push(
    { name: "pool", op: "AveragePool", domain: "", inputs: ["sample"], outputs: ["pooled"], attributes: pool },
    {
      name: "sum",
      op: "Conv",
      domain: "",
      inputs: ["pooled", b.float([1, 1, 1], [1, 3, 1, 1])],
      outputs: ["summed"],
      attributes: {},
    },
    {
      name: "spread",
      op: "Conv",
      domain: "",
      inputs: ["summed", b.float([0.5, 0.25, 0.125], [3, 1, 1, 1])],
      outputs: ["spread"],
      attributes: {},
    },
  );
  const large = b.add("Resize", ["spread", "", b.float([1, 1, 2, 2])], { mode: { kind: "string", value: "nearest" } });
  const y = skip ? b.add("Add", [large, "sample"]) : large;
  const info = (name: string) => ({ name, type: "float32" as const, dims: ["n", 3, "height", "width"] });
  return writeModel(b.graph("whole", [info("sample")], [info(y)]));
}

const id2label = Object.fromEntries(
  ["red", "green", "blue", "not red", "not green", "crane"].map((name, i) => [i, name]),
);
const transformers = { architectures: ["ViTForImageClassification"], id2label };
const processor = {
  image_processor_type: "ViTImageProcessor",
  size: { height: 4, width: 6 },
  resample: 2,
  do_normalize: true,
  image_mean: 0.5,
  image_std: 0.25,
};

/** What an imported classifier says of a picture of its own size whose channels are constant. */
async function logitsOf(path: string, colour: readonly [number, number, number]): Promise<number[]> {
  const manifest = classifierManifestSchema.parse(JSON.parse(await readFile(path, "utf8")));
  const { height, width } = manifest.input;
  const model = await openClassifier(path, manifest, { channels: 3, height, width }, { threads: 1 });
  const plane = height * width;
  const data = Float32Array.from({ length: 3 * plane }, (_, i) => colour[Math.floor(i / plane)] as number);
  const { data: logits } = await model.logits({ data, dims: [1, 3, height, width] });
  await model.dispose();
  return [...logits];
}

describe("a classifier's folder", () => {
  it("of transformers.js is read from its configuration one folder above the file", async () => {
    const folder = await folderOf("vit tiny", {
      "config.json": transformers,
      "preprocessor_config.json": processor,
      "onnx/model.onnx": classifier([3, "h", "w"]),
      "onnx/model_quantized.onnx": "never read",
    });
    const { manifest, kind, fields } = await importModel(folder);
    expect([manifest, kind]).toEqual([join(folder, "model.json"), "classifier"]);
    const written = classifierManifestSchema.parse(JSON.parse(await readFile(manifest, "utf8")));
    expect(written).toMatchObject({
      name: "vit-tiny",
      file: "onnx/model.onnx",
      input: {
        width: 6,
        height: 4,
        fit: "stretch",
        resize: "bilinear",
        mean: [0.5, 0.5, 0.5],
        std: [0.25, 0.25, 0.25],
      },
      output: { activation: "softmax" },
      targets: Object.values(id2label),
    });
    const from = Object.fromEntries(fields.map((field) => [field.field, field.guessed ? "guessed" : field.from]));
    expect(from).toMatchObject({
      name: "guessed",
      "input.width": "preprocessor_config.json: size",
      "input.mean": "preprocessor_config.json: image_mean",
      "input.channels": "the graph's input",
      targets: "config.json: id2label",
      "output.activation": "guessed",
    });
    const logits = await logitsOf(manifest, [1, 0.5, 0.25]);
    [2, 0, -1, -2, 0, 1].forEach((expected, i) => {
      expect(logits[i]).toBeCloseTo(expected, 5);
    });
  });

  it("of timm, of YOLO with its softmax inside, of Custom Vision with blue first, of Keras with channels last", async () => {
    const cfg = {
      input_size: [3, 4, 6],
      interpolation: "bicubic",
      crop_pct: 1,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    };
    const names = Object.values(id2label);
    const timm = await folderOf("timm", {
      "config.json": { architecture: "resnet10t", pretrained_cfg: cfg, label_names: names },
      "model.onnx": classifier([3, 4, 6]),
    });
    const yolo = await folderOf("yolo", {
      "yolo-cls.onnx": classifier([3, 4, 6], {
        head: "Softmax",
        metadata: { task: "classify", imgsz: "[4, 6]", names: "{0: 'a', 1: 'b', 2: 'c', 3: 'd', 4: 'e', 5: 'f'}" },
      }),
    });
    const vision = await folderOf("vision", {
      "model.onnx": classifier([3, 4, 6], {
        metadata: { "Image.BitmapPixelFormat": "Bgr8", "Image.NominalPixelRange": "NominalRange_0_255" },
      }),
      "labels.txt": names.join("\r\n"),
    });
    const keras = await folderOf("keras", { "model.onnx": classifier([4, 6, 3]), "labels.json": names });
    const expected = [
      [timm, [1, 0, -0.5, -1, 0, 0.5]],
      [yolo, [1, 0.5, 0.25, -1, -0.5, -0.25]],
      [vision, [0.25, 0.5, 1, -0.25, -0.5, -1].map((value) => 255 * value)],
      [keras, [1, 0.5, 0.25, -1, -0.5, -0.25]],
    ] as const;
    for (const [folder, values] of expected) {
      const { manifest } = await importModel(folder);
      const logits = await logitsOf(manifest, [1, 0.5, 0.25]);
      values.forEach((value, i) => {
        expect(logits[i]).toBeCloseTo(value, 3);
      });
    }
  });

  it("without any description says what was guessed, and asks for what cannot be", async () => {
    const bare = await folderOf("bare", { "some.onnx": classifier([3, 4, 6]) });
    const { fields } = await importModel(join(bare, "some.onnx"));
    expect(fields.find(({ field }) => field === "name")?.value).toBe("some");
    expect(fields.find(({ field }) => field === "targets")).toMatchObject({
      value: ["class-0", "class-1", "class-2", "class-3", "class-4", "class-5"],
      guessed: true,
    });
    const free = await folderOf("free", { "model.onnx": classifier([3, "h", "w"]) });
    await expect(importModel(free)).rejects.toMatchObject({
      code: "usage",
      message: `${join(free, "model.onnx")}: input.width: nothing says the size of the pictures: give size`,
    });
    // Asked to, it guesses on: the usual size, and names for as many outputs as it gives.
    const guessed = await importModel(free, { guess: true, out: join(free, "guessed.json") });
    expect(JSON.parse(await readFile(guessed.manifest, "utf8")).input).toMatchObject({ width: 224, height: 224 });
    expect(guessed.fields.filter((field) => field.guessed).map(({ field }) => field)).toEqual(
      expect.arrayContaining(["input.width", "input.height", "targets"]),
    );
    const other = await folderOf("another-task", {
      "model.onnx": classifier([3, 8, 8]),
      "config.json": { architectures: ["MyNet"], id2label: { 0: "a", 1: "b", 2: "c", 3: "d", 4: "e", 5: "f" } },
    });
    await expect(importModel(other)).rejects.toThrow("expected a model …ForImageClassification");
    expect((await importModel(other, { guess: true })).kind).toBe("classifier");
    const given = { size: { width: 6, height: 4 }, order: "bgr", activation: "sigmoid", name: "mine" } as const;
    expect(JSON.parse(await readFile((await importModel(free, given)).manifest, "utf8"))).toMatchObject({
      name: "mine",
      input: { width: 6, height: 4, order: "bgr" },
      output: { activation: "sigmoid" },
    });
  });

  it("is refused where it is quantised, has several files, contradicts itself or is described already", async () => {
    const quantised = await folderOf("quantised", { "onnx/model_int8.onnx": "never read" });
    await expect(importModel(quantised)).rejects.toMatchObject({
      code: "input",
      message: `${quantised}: expected an ONNX file, got "onnx/model_int8.onnx": these are quantised; take "onnx/model.onnx" of the same model`,
    });
    const both = await folderOf("both", { "model_q4.onnx": "never read", "model.onnx": classifier([3, 4, 6]) });
    const small = join(both, "model_q4.onnx");
    await expect(importModel(small)).rejects.toMatchObject({
      message: `${small} is quantised, and its gradients would be wrong: import "${join(both, "model.onnx")}"; cfalign suite audit takes it as it is`,
    });
    const alone = await folderOf("alone", { "model_q4.onnx": classifier([3, 4, 6]) });
    // What is in it says whether it has gradients: four-bit weights have.
    expect((await importModel(join(alone, "model_q4.onnx"), { name: "small" })).kind).toBe("classifier");
    const several = await folderOf("several", { "a.onnx": classifier([3, 4, 6]), "b.onnx": classifier([3, 4, 6]) });
    await expect(importModel(several)).rejects.toMatchObject({
      message: `${several}: expected an ONNX file, got "a.onnx", "b.onnx": give the path of one`,
    });
    const other = await folderOf("other", {
      "model.onnx": classifier([3, 8, 8]),
      "config.json": transformers,
      "preprocessor_config.json": processor,
    });
    await expect(importModel(other)).rejects.toMatchObject({
      code: "input",
      message: `${join(other, "model.onnx")}: input.width: the graph takes 8, preprocessor_config.json: size says 6: export the file again, or give size`,
    });
    const fewer = await folderOf("fewer", { "model.onnx": classifier([3, 4, 6]), "labels.txt": "cat\ndog" });
    await expect(importModel(fewer)).rejects.toMatchObject({
      message: `${join(fewer, "model.json")}: targets: expected one name per output of the file (6), got 2`,
    });
    await writeFile(join(both, "model.json"), "{}");
    await expect(importModel(both)).rejects.toMatchObject({
      code: "usage",
      message: `"${join(both, "model.json")}" is there already: out elsewhere, or overwrite`,
    });
    await importModel(both, { overwrite: true });
  });
});

describe("an autoencoder's folder", () => {
  const open = async (path: string) =>
    openAutoencoder(path, autoencoderManifestSchema.parse(JSON.parse(await readFile(path, "utf8"))), { threads: 1 });
  const picture = { data: Float32Array.from({ length: 48 }, (_, i) => ((i >> 1) % 7) / 10), dims: [1, 3, 4, 4] };

  it("of diffusers has the half with the mean cut out, in [−1, 1]", async () => {
    const { encoder, decoder } = autoencoder("parameters");
    const folder = await folderOf("sd", { "vae_encoder/model.onnx": encoder, "vae_decoder/model.onnx": decoder });
    const { manifest, kind } = await importModel(folder, { size: { width: 4, height: 4 } });
    expect(kind).toBe("autoencoder");
    const model = await open(manifest);
    expect(model.name).toBe("sd");
    const latent = await model.encode(picture);
    expect(latent.dims).toEqual([1, 3, 2, 2]);
    const at = (y: number, x: number): number => 2 * (picture.data[4 * y + x] as number) - 1;
    expect(latent.data[0]).toBeCloseTo((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4, 5);
    await model.dispose();
  });

  it("with a pair such as TAESD's is in [0, 1], and asks for the size", async () => {
    const { encoder, decoder } = autoencoder("mean");
    const folder = await folderOf("tiny", { "encoder.onnx": encoder, "decoder.onnx": decoder });
    await expect(importModel(folder)).rejects.toMatchObject({
      code: "usage",
      message: `${join(folder, "encoder.onnx")} takes pictures of any size: give size, such as 64x64; smaller is faster`,
    });
    const { manifest, fields } = await importModel(folder, { size: { width: 4, height: 4 } });
    expect(fields.find(({ field }) => field === "input.range")).toMatchObject({ value: [0, 1], guessed: true });
    const model = await open(manifest);
    const decoded = await model.decode(await model.encode(picture));
    expect(decoded.data[0]).toBeCloseTo([0, 1, 4, 5].reduce((sum, i) => sum + (picture.data[i] as number), 0) / 4, 5);
    await model.dispose();
    await expect(importModel(folder, { overwrite: true, mean: [0.5] })).rejects.toMatchObject({
      message: "mean: expected for a classifier only, got it for an autoencoder",
    });
  });

  it("with one file that has both halves is cut where the fewest numbers pass, or where it is told", async () => {
    const file = await folderOf("whole", { "vae.onnx": wholeAutoencoder() });
    const { manifest, kind, fields } = await importModel(join(file, "vae.onnx"), { size: { width: 4, height: 4 } });
    expect([kind, fields.find(({ field }) => field === "latent")?.guessed]).toEqual(["autoencoder", true]);
    const model = await open(manifest);
    const latent = await model.encode(picture);
    // One number for every two by two pixels of the three channels' sum, not the twelve before it.
    expect(latent.dims).toEqual([1, 1, 2, 2]);
    const sum = [0, 16, 32].flatMap((plane) => [0, 1, 4, 5].map((at) => picture.data[plane + at] as number));
    expect(latent.data[0]).toBeCloseTo(sum.reduce((all, value) => all + value, 0) / 4, 5);
    const decoded = await model.decode(latent);
    expect(decoded.dims).toEqual([1, 3, 4, 4]);
    [0.5, 0.25, 0.125].forEach((weight, channel) => {
      expect(decoded.data[16 * channel]).toBeCloseTo(Math.min(1, weight * (latent.data[0] as number)), 5);
    });
    await model.dispose();
    const pooled = { size: { width: 4, height: 4 }, latent: "pooled", overwrite: true } as const;
    const named = await importModel(join(file, "vae.onnx"), pooled);
    expect((await (await open(named.manifest)).encode(picture)).dims).toEqual([1, 3, 2, 2]);
    await expect(importModel(join(file, "vae.onnx"), { ...pooled, latent: "nothing" })).rejects.toMatchObject({
      message: `${join(file, "vae.onnx")}: latent: expected a value that everything passes through, got "nothing": such as "spread"`,
    });
  });

  it("whose picture reaches its reconstruction past every value is refused", async () => {
    const file = await folderOf("past", { "unet.onnx": wholeAutoencoder({ skip: true }) });
    await expect(importModel(file, { size: { width: 4, height: 4 } })).rejects.toMatchObject({
      code: "input",
      message: `${join(file, "unet.onnx")}: expected a latent that everything passes through on the way from the picture to its reconstruction, found none: export encoder and decoder apart`,
    });
  });

  it("takes its framing and its limits by hand", async () => {
    const { encoder, decoder } = autoencoder("mean");
    const folder = await folderOf("by-hand", { "encoder.onnx": encoder, "decoder.onnx": decoder });
    const flags = ["--size", "4", "--fit", "contain", "--resize-to", "3x2", "--fill", "0.5", "--resize", "box"];
    const { code } = await cli("import", folder, ...flags, "--no-antialias", "--no-clamp", "--max-shift", "0.7");
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(join(folder, "model.json"), "utf8"))).toMatchObject({
      input: { fit: "contain", resizeTo: { width: 3, height: 2 }, fill: 0.5, resize: "box", antialias: false },
      clamp: false,
      maxShift: 0.7,
    });
  });

  it("whose encoder draws at random is refused with what to do", async () => {
    const { encoder, decoder } = autoencoder("sampled");
    const folder = await folderOf("sampled", { "vae_encoder/model.onnx": encoder, "vae_decoder/model.onnx": decoder });
    await expect(importModel(folder, { size: { width: 4, height: 4 } })).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /draws its latent at random \(RandomNormalLike, node ".*"\): export it again with a current Optimum, whose encoder ends in latent_parameters, or export the mean$/,
      ),
    });
  });
});

describe("cfalign import", () => {
  it("says by a flag whatever a manifest can say of a classifier", async () => {
    const b = new GraphBuilder("", ["picture"]);
    const means = b.add("Flatten", [b.add("GlobalAveragePool", ["picture"])], { axis: int(1) });
    const twice = b.add("Add", [means, means]);
    const info = (name: string, dims: readonly (number | string)[]) => ({ name, type: "float32" as const, dims });
    const graph = b.graph(
      "two of each",
      [info("picture", ["n", 3, 4, 6])],
      [info(means, ["n", 3]), info(twice, ["n", 3])],
    );
    const folder = await folderOf("flags", { "model.onnx": writeModel(graph) });
    const flags = ["--fit", "contain", "--resize-to", "5", "--fill", "0.1,0.2,0.3", "--resize", "lanczos"];
    const more = ["--overshoot", "cut", "--no-antialias", "--channels", "3", "--order", "bgr", "--targets", "a,-,c"];
    const ends = ["--output", twice, "--activation", "none", "--scale", "-1,3"];
    const { code, stderr } = await cli("import", folder, ...flags, ...more, ...ends);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(await readFile(join(folder, "model.json"), "utf8"))).toMatchObject({
      input: {
        fit: "contain",
        resizeTo: 5,
        fill: [0.1, 0.2, 0.3],
        resize: "lanczos",
        overshoot: "cut",
        antialias: false,
        order: "bgr",
      },
      output: { name: twice, activation: "none", scale: { low: -1, high: 3 } },
      targets: ["a", null, "c"],
    });
    const latent = await cli("import", folder, "--overwrite", "--latent", "z");
    expect([latent.code, latent.stderr]).toEqual([
      2,
      "cfalign: --latent: expected for an autoencoder only, got it for a classifier\n",
    ]);
  });

  it("prints every field with where it is from, marks guesses, and takes what is said by hand", async () => {
    const folder = await folderOf("printed", { "model.onnx": classifier([3, "h", "w"]) });
    const flags = ["--size", "6x4", "--mean", "0.5,0.5,0.5", "--range", "-1,1", "--targets", "a,'b, c',d,e,f,g"];
    const { code, stdout } = await cli("import", folder, ...flags);
    expect(code).toBe(0);
    expect(stdout).toMatch(/model\.json: classifier\n/);
    expect(stdout).toMatch(/ {2}input\.width +6 +given\n/);
    expect(stdout).toMatch(/ {2}input\.range +\[-1,1\] +given\n/);
    expect(stdout).toMatch(/ {2}targets +\["a","b, c","d","e","f","g"\] +given\n/);
    expect(stdout).toMatch(/ {2}output\.activation +"softmax" +guessed: nothing says: usual\n/);
    expect(stdout).toMatch(/\d guessed: check them against how the model was trained\n$/);
    const again = await cli("import", folder, ...flags, "--overwrite", "--json");
    expect(importOutput.parse(JSON.parse(again.stdout))).toMatchObject({ kind: "classifier" });
    const wrong = await cli("import", folder, "--size", "big");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('--size: expected a number of pixels, or width x height such as 320x240, got "big"'),
    ]);
  });
});
