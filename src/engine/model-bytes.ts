import { platform } from "#platform";
import { constantsOf, mapConstants } from "../onnx/constants.ts";
import { embedWeights, type Part, sizeOfParts, weightsBeside } from "../onnx/embed.ts";
import type { Constant, External, Graph } from "../onnx/graph.ts";
import type { Model } from "./model.ts";

/** Bytes copied at a time. */
const PIECE = 8 * 1024 * 1024;
/** protobuf ends at 2 GiB, and readers need room. */
const MAX_MODEL_BYTES = 1.9e9;

/** A model file as it was written. */
export interface WrittenModel {
  readonly path: string;
  /** The file beside it that holds the weights, when they are too large for one file. */
  readonly dataPath: string | undefined;
  /** Bytes of both. */
  readonly bytes: number;
}

/**
 * Writes a model with all its weights as a file that stands alone; beyond `maxBytes` (default 1.9e9) they go to
 * `<name>.data` beside it. Weights are copied piece by piece; the files appear whole or not at all, the data file first.
 * Errors: CfalignError("runtime") when the disk refuses.
 */
export async function writeWholeModel(
  { graph, weights, metadata }: Model,
  path: string,
  maxBytes: number = MAX_MODEL_BYTES,
): Promise<WrittenModel> {
  const { files } = platform;
  const whole = await withInlineAttributes(graph, weights);
  const parts = embedWeights(whole, metadata);
  const bytes = sizeOfParts(parts);
  if (bytes <= maxBytes) {
    await files.write(path, bytesOf(parts, weights));
    return { path, dataPath: undefined, bytes };
  }
  const dataPath = `${path}.data`;
  const { model, data } = weightsBeside(whole, files.basename(dataPath), metadata);
  await files.write(dataPath, bytesOf(data, weights));
  await files.write(path, model);
  return { path, dataPath, bytes: model.length + sizeOfParts(data) };
}

async function* bytesOf(parts: readonly Part[], weights: Model["weights"]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part;
    else yield* piecesOf(part, weights);
  }
}

async function* piecesOf(
  { location, offset, length }: External,
  weights: Model["weights"],
): AsyncGenerator<Uint8Array> {
  const held = weights.get(location);
  for (let start = 0; start < length; start += PIECE) {
    const size = Math.min(PIECE, length - start);
    yield held === undefined
      ? await platform.files.readRange(location, offset + start, size)
      : held.subarray(offset + start, offset + start + size);
  }
}

/** The graph with the constants in attributes and subgraphs, which no part can hold, read in. */
async function withInlineAttributes(graph: Graph, weights: Model["weights"]): Promise<Graph> {
  const own = new Set(graph.initializers.values());
  const read = new Map<Constant, Constant>();
  for (const constant of constantsOf(graph)) {
    if (own.has(constant) || constant.data.kind !== "external") continue;
    const bytes = new Uint8Array(constant.data.length);
    let offset = 0;
    for await (const piece of piecesOf(constant.data, weights)) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    read.set(constant, { ...constant, data: { kind: "inline", bytes } });
  }
  return read.size === 0 ? graph : mapConstants(graph, (constant) => read.get(constant) ?? constant);
}
