import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artefact } from "../../../bench/worlds/garments/artefacts.ts";
import { drawPicture } from "../../../bench/worlds/garments/picture.ts";
import { sampleSource } from "../../../bench/worlds/garments/sample.ts";
import type { Wardrobe } from "../../../bench/worlds/garments/wardrobe.ts";
import { createRandom } from "../../../src/base/random.ts";
import { GraphBuilder, int, ints } from "../../../src/onnx/build.ts";
import type { Graph, ValueInfo } from "../../../src/onnx/graph.ts";
import { writeModel } from "../../../src/onnx/write.ts";
import { smallPixels } from "../../../src/platform/box-means.ts";
import { controls } from "../../../src/prepare/naming/controls.ts";
import { ridgeLogistic } from "../../../src/statistics/ridge-logistic.ts";

/** Side of the pictures that its vision tower takes. */
const side = 32;
const size = 3 * side * side;
const mean = [0.48145466, 0.4578275, 0.40821073];
const std = [0.26862954, 0.26130258, 0.27577711];
/** What its vision tower has learned, by a logistic regression on pixels each. */
const learned = ["tag", "ring", "stripe"] as const satisfies readonly Artefact[];
/** Directions of pictures that no word of the world is about. */
const others = 6;
const constant = learned.length + others;
const width = constant + 1;

/** How the files lie, and what the towers give. */
export interface Layout {
  /** Two files or one; "sentence" is one that gives the two vectors alone. */
  readonly files: "split" | "full" | "sentence" | "siglip";
  /** Whether vectors are of length 1. */
  readonly normalised: boolean;
  /** Folder of the ONNX files. */
  readonly below: "onnx" | "";
}

/** Weights of the towers: trained once, laid out in many ways. */
export interface Towers {
  /** [size, width], on prepared pixels. */
  readonly vision: Float64Array;
  /** By token. */
  readonly tokens: ReadonlyMap<string, readonly number[]>;
}

/** Trains the vision tower on drawn garments, and gives words that name what it learned its directions; other words any. */
export function trainTowers(wardrobe: Wardrobe, count = 200): Towers {
  const source = sampleSource({ wardrobe, seed: "clip" });
  const features = new Float64Array(count * size);
  const has: ReadonlySet<Artefact>[] = [];
  for (let index = 0; index < count; index++) {
    const { picture } = source(index);
    features.set(prepared(drawPicture(picture)), index * size);
    has.push(picture.artefacts);
  }
  const random = createRandom("clip towers");
  const columns = learned.map((artefact) => {
    const labels = has.map((own): 0 | 1 => (own.has(artefact) ? 1 : 0));
    const { weights } = ridgeLogistic({ features, size, labels }, 0.1);
    return weights;
  });
  for (let i = 0; i < others; i++) columns.push(Float64Array.from({ length: size }, () => random.normal()));
  const vision = new Float64Array(size * width);
  for (const [k, column] of columns.entries()) {
    // Every direction spreads these pictures alike.
    const values = Array.from({ length: count }, (_, row) =>
      dot(features.subarray(row * size, (row + 1) * size), column),
    );
    const middle = values.reduce((sum, value) => sum + value, 0) / count;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / count);
    for (let i = 0; i < size; i++)
      vision[i * width + k] = ((k < learned.length ? 1 : 0.3) * (column[i] as number)) / spread;
  }
  const vector = (at?: number): number[] =>
    Array.from({ length: width }, (_, k) =>
      k === constant ? 1 : k === at ? 4 : k >= learned.length ? 0.3 * random.normal() : 0.02 * random.normal(),
    );
  const tokens = new Map<string, readonly number[]>(learned.map((artefact, at) => [artefact, vector(at)]));
  const words = [
    "this",
    "is",
    "a",
    "an",
    "photo",
    "of",
    "bare",
    "ground",
    "unicorn",
    ...controls.flatMap((word) => word.split(" ")),
  ];
  for (const word of words) if (!tokens.has(word)) tokens.set(word, vector());
  return { vision, tokens };
}

function prepared(pixels: ReturnType<typeof drawPicture>): Float64Array {
  const { data } = smallPixels(pixels, side);
  return Float64Array.from({ length: size }, (_, i) => {
    const channel = Math.floor(i / (side * side));
    const value = (data[3 * (i % (side * side)) + channel] as number) / 255;
    return (value - (mean[channel] as number)) / (std[channel] as number);
  });
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

const start = "<|startoftext|>";
const end = "<|endoftext|>";

/** A tokenizer as CLIP's: byte pairs, lower case, ends of words, a token before and after. Each known word is one token. */
function tokenizerOf(words: readonly string[]): { readonly json: object; readonly ids: ReadonlyMap<string, number> } {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const vocabulary = [...letters, ...letters.map((letter) => `${letter}</w>`)];
  const merges: [string, string][] = [];
  for (const word of words) {
    const parts = [...word].map((letter, at) => (at === word.length - 1 ? `${letter}</w>` : letter));
    let whole = parts[0] as string;
    for (const part of parts.slice(1)) {
      if (!merges.some(([a, b]) => a === whole && b === part)) merges.push([whole, part]);
      whole += part;
      if (!vocabulary.includes(whole)) vocabulary.push(whole);
    }
  }
  vocabulary.push(start, end);
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const special = (content: string) => ({
    ...{ id: ids.get(content), content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  });
  const json = {
    version: "1.0",
    added_tokens: [special(start), special(end)],
    normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Lowercase" }] },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        {
          type: "Split",
          pattern: { Regex: "[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: "Removed",
          invert: true,
        },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [end, ids.get(end)],
      cls: [start, ids.get(start)],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: null,
    model: {
      type: "BPE",
      unk_token: end,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      vocab: Object.fromEntries(ids),
      merges: merges.map((pair) => pair.join(" ")),
    },
  };
  return { json, ids };
}

/** Writes a small CLIP into a folder. */
export async function writeSmallClip(
  folder: string,
  towers: Towers,
  { files, normalised, below }: Layout,
): Promise<void> {
  const words = [...towers.tokens.keys()];
  const { json, ids } = tokenizerOf(words);
  const table = new Float64Array(ids.size * width);
  for (const [word, vector] of towers.tokens) {
    table.set(vector, (ids.get(`${word}</w>`) as number) * width);
  }
  const isSiglip = files === "siglip";
  const place = join(folder, below);
  await mkdir(place, { recursive: true });
  const write = (name: string, graph: Graph): Promise<void> => writeFile(join(place, name), writeModel(graph));
  const options = { normalised, mask: !isSiglip, ...(isSiglip ? { length: 64 } : {}) };
  const outputs = isSiglip ? (["pooler_output", "pooler_output"] as const) : (["text_embeds", "image_embeds"] as const);
  if (files === "split" || isSiglip) {
    const text = new GraphBuilder("", ["input_ids", "attention_mask", outputs[0]]);
    named(text, textTower(text, table, options), outputs[0]);
    await write("text_model.onnx", text.graph("text", textInputs(options), [info(outputs[0])]));
    const vision = new GraphBuilder("", ["pixel_values", outputs[1]]);
    named(vision, visionTower(vision, towers, options), outputs[1]);
    await write("vision_model.onnx", vision.graph("vision", [pixels], [info(outputs[1])]));
  } else {
    const both = new GraphBuilder("", [
      "input_ids",
      "attention_mask",
      "pixel_values",
      "text_embeds",
      "image_embeds",
      "logits_per_image",
    ]);
    named(both, textTower(both, table, options), "text_embeds");
    named(both, visionTower(both, towers, options), "image_embeds");
    const found = [info("text_embeds"), info("image_embeds")];
    if (files === "full") {
      const turned = both.add("Transpose", ["text_embeds"], { perm: ints([1, 0]) });
      named(both, both.add("MatMul", ["image_embeds", turned]), "logits_per_image");
      found.unshift({ name: "logits_per_image", type: "float32", dims: ["n", "t"] });
    }
    await write("model.onnx", both.graph("clip", [...textInputs(options), pixels], found));
  }
  const configure = (name: string, value: unknown): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(value));
  await configure("tokenizer.json", json);
  await configure("tokenizer_config.json", {
    tokenizer_class: "CLIPTokenizer",
    pad_token: end,
    model_max_length: isSiglip ? 64 : 77,
  });
  await configure("config.json", { model_type: isSiglip ? "siglip" : "clip", architectures: ["CLIPModel"] });
  await configure("preprocessor_config.json", {
    ...{ image_processor_type: "CLIPImageProcessor", do_resize: true, size: { shortest_edge: side }, resample: 2 },
    ...{ do_center_crop: true, crop_size: { height: side, width: side }, do_rescale: true, rescale_factor: 1 / 255 },
    ...{ do_normalize: true, image_mean: mean, image_std: std },
  });
}

const pixels: ValueInfo = { name: "pixel_values", type: "float32", dims: ["n", 3, side, side] };
const info = (name: string): ValueInfo => ({ name, type: "float32", dims: ["n", width] });

interface TowerOptions {
  readonly normalised: boolean;
  readonly mask: boolean;
  readonly length?: number;
}

function textInputs({ mask, length }: TowerOptions): ValueInfo[] {
  const tokens = (name: string): ValueInfo => ({ name, type: "int64", dims: ["t", length ?? "tokens"] });
  return mask ? [tokens("input_ids"), tokens("attention_mask")] : [tokens("input_ids")];
}

/** The mean of the vectors of a text's tokens; padding has none. */
function textTower(builder: GraphBuilder, table: Float64Array, { mask, ...options }: TowerOptions): string {
  const rows = table.length / width;
  let vectors = builder.add("Gather", [builder.float([...table], [rows, width]), "input_ids"], { axis: int(0) });
  if (mask) {
    const cast = builder.add("Cast", ["attention_mask"], { to: int(1) });
    vectors = builder.add("Mul", [vectors, builder.add("Unsqueeze", [cast, builder.int([2])])]);
  }
  const sum = builder.add("ReduceSum", [vectors, builder.int([1])], { keepdims: int(0) });
  return normal(builder, sum, options);
}

function visionTower(builder: GraphBuilder, { vision }: Towers, options: Pick<TowerOptions, "normalised">): string {
  const flat = builder.add("Flatten", ["pixel_values"], { axis: int(1) });
  const product = builder.add("MatMul", [flat, builder.float([...vision], [size, width])]);
  const cone = Array.from({ length: width }, (_, k) => (k === constant ? 12 : 0));
  return normal(builder, builder.add("Add", [product, builder.float(cone)]), options);
}

function normal(builder: GraphBuilder, value: string, { normalised }: Pick<TowerOptions, "normalised">): string {
  if (!normalised) return value;
  const length = builder.add("ReduceL2", [value, builder.int([1])], { keepdims: int(1) });
  return builder.add("Div", [value, length]);
}

function named(builder: GraphBuilder, from: string, to: string): void {
  builder.nodes.push({
    name: `${to}/identity`,
    op: "Identity",
    domain: "",
    inputs: [from],
    outputs: [to],
    attributes: {},
  });
}
