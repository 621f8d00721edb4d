import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { row, sizeOf, stack, type Tensor } from "../../base/tensor.ts";
import { compileGraph } from "../../engine/compile.ts";
import { loadModel } from "../../engine/load.ts";
import { openSession } from "../../engine/open-session.ts";
import { type InputSpec, inputSchema } from "../../models/manifest.ts";
import { bare } from "../../models/model-file.ts";
import { dimsOf, imageValue, preprocessing } from "../../models/preprocessing.ts";
import type { ImageFrame } from "../../models/types.ts";
import type { Graph } from "../../onnx/graph.ts";
import type { Session, TypedTensor } from "../../platform/platform.ts";
import { manifestOf, settled } from "../importing/finding.ts";
import { preprocessorFindings } from "../importing/preprocessor.ts";

/** A model of pictures and texts, whose towers say how well the one fits the other. */
export interface Clip extends AsyncDisposable {
  /** SHA-256 over its files: which model gave a name. */
  readonly hash: string;
  /** The pictures that it takes. */
  readonly frame: ImageFrame;
  /** Texts as vectors of length 1. */
  embedTexts(texts: readonly string[]): Promise<readonly Float64Array[]>;
  /** Pictures [1, c, h, w] in [0, 1] in its frame, as vectors of length 1. */
  embedImages(pictures: readonly Tensor[]): Promise<readonly Float64Array[]>;
}

/** Precisions of a file that exporters write, best first. */
const suffixes = ["", "_fp16", "_quantized", "_int8", "_uint8"];
const textOutputs = ["text_embeds", "sentence_embedding", "pooler_output"];
const imageOutputs = ["image_embeds", "sentence_embedding", "pooler_output"];
/** Tokens of a text, where nothing says otherwise: SigLIP's are padded to 64. */
const clipTokens = 77;
const siglipTokens = 64;

const configSchema = z.object({
  model_type: z.string().optional(),
  text_config: z
    .object({
      max_position_embeddings: z.number().int().positive().optional(),
      pad_token_id: z.number().int().nullish(),
    })
    .optional(),
});
const tokenizerConfigSchema = z.object({
  pad_token: z.union([z.string(), z.object({ content: z.string() })]).nullish(),
  model_max_length: z.number().positive().nullish(),
});

/**
 * Opens a CLIP or SigLIP as transformers.js and Optimum lay it out: `text_model.onnx` and `vision_model.onnx`, or one `model.onnx`, in the folder or in its `onnx`;
 * `tokenizer.json`, `preprocessor_config.json` and, where they are, `config.json` and `tokenizer_config.json`. Outputs may be normalised or not.
 * Errors: CfalignError("input") for what is missing, and for towers that do not fit each other.
 */
export async function openClip(folder: string): Promise<Clip> {
  const json = (name: string) => readJson(platform.files.join(folder, name));
  const tokenizer = await json("tokenizer.json");
  const preprocessor = await json("preprocessor_config.json");
  for (const [name, content] of [
    ["tokenizer.json", tokenizer],
    ["preprocessor_config.json", preprocessor],
  ] as const) {
    if (content === undefined) throw missing(folder, name);
  }
  const spec = specOf(folder, preprocessor);
  const encode = textEncoder({
    tokenizer,
    tokenizerConfig: await json("tokenizer_config.json"),
    config: await json("config.json"),
    folder,
  });
  const towers = await openTowers(folder);
  const pixels = "clip/pixels";
  const frame: ImageFrame = { channels: spec.channels, height: spec.height, width: spec.width, framing: spec };
  const { fit: _, resizeTo: __, fill: ___, ...scaling } = spec;
  const prepare = await compileGraph(bare(preprocessing(scaling, frame, pixels)));
  const embedText = async (text: string): Promise<Float64Array> => {
    const blank = emptyPixels(dimsOf(frame));
    return (
      await embedded(towers.text, { ...encode(text, towers.text.fixed), pixel_values: blank }, textOutputs)
    )[0] as Float64Array;
  };
  const embedImages = async (pictures: readonly Tensor[]): Promise<readonly Float64Array[]> => {
    const { [pixels]: prepared } = await prepare.run({ [imageValue]: stack(pictures) }, [pixels]);
    const { data, dims } = prepared as Tensor;
    const feeds = { ...encode("a photo", towers.image.fixed), pixel_values: { type: "float32", data, dims } } as const;
    return embedded(towers.image, feeds, imageOutputs);
  };
  const [text, image] = [
    await embedText("a photo"),
    (await embedImages([{ data: new Float32Array(sizeOf(dimsOf(frame))).fill(0.5), dims: [1, ...dimsOf(frame)] }]))[0],
  ];
  if (text.length !== image?.length) {
    throw new CfalignError(
      "input",
      `"${folder}": expected texts and pictures as vectors of one length, got ${text.length} and ${image?.length}: export both towers with their projections`,
      { where: folder },
    );
  }
  return {
    hash: towers.hash,
    frame,
    async embedTexts(texts) {
      const all: Float64Array[] = [];
      for (const one of texts) all.push(await embedText(one));
      return all;
    },
    embedImages,
    async [Symbol.asyncDispose]() {
      await prepare.dispose();
      for (const session of new Set([towers.text.session, towers.image.session])) await session.dispose();
    },
  };
}

/** One tower, or both. */
interface Tower {
  readonly path: string;
  readonly session: Session;
  /** Tokens that it takes, where the file says a number. */
  readonly fixed: number | undefined;
}

async function openTowers(
  folder: string,
): Promise<{ readonly text: Tower; readonly image: Tower; readonly hash: string }> {
  const split = [await fileOf(folder, "text_model"), await fileOf(folder, "vision_model")];
  const whole = await fileOf(folder, "model");
  const paths = split.every((path) => path !== undefined) ? split : whole === undefined ? [] : [whole, whole];
  const [first, second] = paths;
  if (first === undefined || second === undefined)
    throw missing(folder, "text_model.onnx and vision_model.onnx, or model.onnx");
  const text = await openTower(first);
  const image = first === second ? text : await openTower(second);
  const hash = await platform.sha256(new TextEncoder().encode(`${text.hash}\n${image.hash}`));
  return { text, image, hash };
}

async function openTower(path: string): Promise<Tower & { readonly hash: string }> {
  const loaded = await loadModel(path);
  const fixed = lengthOf(loaded.graph);
  const session = await openSession(loaded);
  return { path, session, fixed, hash: await loaded.sha256() };
}

function lengthOf({ inputs }: Graph): number | undefined {
  const length = inputs.find(({ name }) => name === "input_ids")?.dims?.[1];
  return typeof length === "number" ? length : undefined;
}

async function fileOf(folder: string, name: string): Promise<string | undefined> {
  const { files } = platform;
  for (const suffix of suffixes) {
    for (const below of ["onnx", ""]) {
      const path = files.join(folder, below, `${name}${suffix}.onnx`);
      if (await files.exists(path)) return path;
    }
  }
  return undefined;
}

const missing = (folder: string, what: string): CfalignError =>
  new CfalignError("input", `"${folder}": expected a CLIP or SigLIP as transformers.js lays it out, found no ${what}`, {
    where: folder,
  });

async function readJson(path: string): Promise<unknown> {
  const { files } = platform;
  if (!(await files.exists(path))) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await files.read(path)));
  } catch (cause) {
    if (cause instanceof CfalignError) throw cause;
    throw new CfalignError("input", `"${path}": expected JSON, got ${(cause as Error).message}`, {
      where: path,
      cause,
    });
  }
}

/** How pictures become what the vision tower takes. */
function specOf(folder: string, preprocessor: unknown): InputSpec {
  const read = manifestOf(settled([preprocessorFindings(preprocessor)]), {}) as { readonly input?: unknown };
  const { data, error } = inputSchema.safeParse(read.input);
  if (data !== undefined) return data;
  throw new CfalignError(
    "input",
    `"${folder}": preprocessor_config.json: expected size, mean and spread of an image processor, got one without ${error?.issues[0]?.path.join(".") || "them"}`,
    { where: folder },
  );
}

/** The inputs of a text tower for one text. fixed: tokens that it takes. */
type TextFeeds = Readonly<Record<"input_ids" | "attention_mask" | "position_ids" | "token_type_ids", TypedTensor>>;

function textEncoder({
  tokenizer,
  tokenizerConfig,
  config,
  folder,
}: {
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  readonly config: unknown;
  readonly folder: string;
}): (text: string, fixed: number | undefined) => TextFeeds {
  const own = tokenizerConfigSchema.safeParse(tokenizerConfig ?? {}).data ?? {};
  const model = configSchema.safeParse(config ?? {}).data ?? {};
  const splitting = opened(tokenizer, tokenizerConfig, folder);
  const isSiglip = model.model_type?.startsWith("siglip") ?? false;
  const most = Math.min(
    own.model_max_length ?? Number.POSITIVE_INFINITY,
    model.text_config?.max_position_embeddings ?? (isSiglip ? siglipTokens : clipTokens),
  );
  const padToken = typeof own.pad_token === "object" ? own.pad_token?.content : own.pad_token;
  const pad = (padToken == null ? undefined : splitting.token_to_id(padToken)) ?? model.text_config?.pad_token_id ?? 0;
  return (text, fixed) => {
    const ids = idsOf(splitting, text, folder);
    const room = fixed ?? most;
    // What is cut off is never the last token, which says where a text ends.
    const cut = ids.length <= room ? ids : [...ids.slice(0, room - 1), ids.at(-1) as number];
    const length = fixed ?? (isSiglip ? most : cut.length);
    const each = (value: (at: number) => number): TypedTensor => ({
      type: "int64",
      data: BigInt64Array.from({ length }, (_, at) => BigInt(value(at))),
      dims: [1, length],
    });
    return {
      input_ids: each((at) => cut[at] ?? pad),
      attention_mask: each((at) => (at < cut.length ? 1 : 0)),
      position_ids: each((at) => at),
      token_type_ids: each(() => 0),
    };
  };
}

function opened(tokenizer: unknown, config: unknown, folder: string): Tokenizer {
  return inWords(folder, () => new Tokenizer(tokenizer as object, (config ?? {}) as object));
}

/** The tokens of a text. A file may be anybody's: what it lacks shows only here. */
function idsOf(tokenizer: Tokenizer, text: string, folder: string): readonly number[] {
  return inWords(folder, () => {
    const { ids } = tokenizer.encode(text);
    const wrong = ids.findIndex((id: number) => !Number.isSafeInteger(id));
    if (ids.length > 0 && wrong < 0) return ids;
    throw new Error(ids.length === 0 ? "one without tokens" : `"${ids[wrong]}" as a token`);
  });
}

function inWords<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new CfalignError(
      "input",
      `"${folder}": tokenizer.json: expected a tokenizer that can be read, got ${(cause as Error).message}`,
      { where: folder, cause },
    );
  }
}

const emptyPixels = (dims: readonly number[]): TypedTensor => ({
  type: "float32",
  data: new Float32Array(sizeOf(dims)),
  dims: [1, ...dims],
});

/** What a tower makes of inputs, each row brought to length 1: cosines do not depend on whether it did so itself. */
async function embedded(
  { session, path }: Tower,
  feeds: Readonly<Record<string, TypedTensor>>,
  outputs: readonly string[],
): Promise<readonly Float64Array[]> {
  const unknown = session.inputNames.find((name) => !Object.hasOwn(feeds, name));
  if (unknown !== undefined) {
    throw new CfalignError("input", `${path}: expected inputs ${Object.keys(feeds).join(", ")}, found "${unknown}"`, {
      where: path,
    });
  }
  const output = outputs.find((name) => session.outputNames.includes(name));
  if (output === undefined) {
    throw new CfalignError(
      "input",
      `${path}: expected an output ${outputs.join(", ")}, found ${session.outputNames.join(", ")}`,
      { where: path },
    );
  }
  const given = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name] as TypedTensor]));
  const { [output]: found } = await session.run(given, [output]);
  const { data, dims, type } = found as TypedTensor;
  if (type !== "float32" || dims.length !== 2) {
    throw new CfalignError(
      "input",
      `${path}: ${output}: expected float32 [n, numbers], got ${type} [${dims.join(", ")}]`,
      { where: path },
    );
  }
  const rows: Tensor = { data: data as Float32Array, dims };
  return Array.from({ length: dims[0] as number }, (_, i) => unit(Float64Array.from(row(rows, i).data)));
}

/** A vector of length 1; one of length 0 stays as it is. */
export function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
