import { sizeOf, type Tensor } from "../base/tensor.ts";
import { compileGraph, type Runner } from "../engine/compile.ts";
import type { Model } from "../engine/model.ts";
import { openSession } from "../engine/open-session.ts";
import { outputsValue } from "../models/classifier-model.ts";
import { imageValue } from "../models/preprocessing.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { GraphBuilder } from "../onnx/build.ts";
import { findLastLayer, findLayerUnder, type LastLayer, type LayerUnder, type NoLayer } from "../onnx/last-layer.ts";
import { prune } from "../onnx/prune.ts";
import { noLayer } from "../words/fitted-row.ts";

/** All weights of a layer, as they are stored. */
export interface LayerWeights {
  readonly weights: Tensor;
  readonly bias: Tensor | undefined;
}

/** A row of a layer: logit = weights · numbers + bias. */
export interface Row {
  readonly weights: Float64Array;
  readonly bias: number;
}

/** What a row of a last layer reads of an image. */
export interface ReadNumbers {
  readonly own: Float32Array;
  /** What the linear layer under it reads; undefined where the last one is not small. */
  readonly under: Float32Array | undefined;
}

/** Numbers up to which a last layer is small: what it reads was made for its classes alone. */
export const fewNumbers = 64;
/** Numbers up to which those of the layer under it are kept. */
const mostUnder = 4096;

/** The last layer of a target's file. */
export interface Layer extends LayerWeights {
  readonly layer: LastLayer;
  /** Numbers that it reads. */
  readonly width: number;
  readonly outputs: number;
  /** Row of every target of the model. */
  rowOf(target: number): number;
  readonly rows: readonly Row[];
  /** The linear layer under a small one. */
  readonly under: LayerUnder | undefined;
  /** What some rows read on images [n, c, h, w], in one pass: by row and image. Errors: NoLayer where they read more. */
  read(images: Tensor, rows: readonly number[]): Promise<readonly (readonly ReadNumbers[])[] | NoLayer>;
  dispose(): Promise<void>;
}

/** Opens the last layer of the file of a target, or says why it has none that can be fitted. */
export async function openLayer(target: Classifier, { compile }: Pick<Workspace, "compile">): Promise<Layer | NoLayer> {
  const [term, ...others] = target.terms;
  if (term === undefined || others.length > 0 || term.coefficient !== 1) {
    return { refused: noLayer.sum };
  }
  const { model } = term;
  if (model.activation === "none") {
    return { refused: noLayer.predictions };
  }
  const layer = findLastLayer(model.graph.graph, outputsValue);
  if ("refused" in layer) return layer;
  const names = [layer.weight.value, ...(layer.bias === undefined ? [] : [layer.bias.value])];
  const [weights, bias] = await constants(model.graph, names);
  if (weights === undefined) return { refused: noLayer.unread };
  const [outputs = 0, width = 0] = layer.layout === "rows" ? weights.dims : [...weights.dims].reverse();
  const biasSize = bias === undefined ? outputs : bias.data.length;
  if (weights.data.length !== outputs * width || (biasSize !== outputs && biasSize !== 1)) {
    return { refused: noLayer.shape(layer.node, weights.dims) };
  }
  if (layer.alpha === 0 || layer.bias?.beta === 0) return { refused: noLayer.zero(layer.node) };
  const below = width <= fewNumbers ? findLayerUnder(model.graph.graph, layer) : undefined;
  const under = below !== undefined && below.width > width && below.width <= mostUnder ? below : undefined;
  const values = [layer.activations, ...(under === undefined ? [] : [under.value])];
  const cut = prune(model.graph.graph, values);
  const given = values.map((name) => ({ name, type: "float32", dims: undefined }) as const);
  const runner = await compileGraph({ ...model.graph, graph: { ...cut, outputs: given } }, compile);
  const sizes = { layer, width, outputs, under };
  return {
    ...{ ...sizes, weights, bias },
    rowOf: (index) => layer.rows?.[index] ?? index,
    rows: Array.from({ length: outputs }, (_, row) => rowIn({ ...sizes, weights, bias }, row)),
    read: (images, rows) => numbersOf(runner, images, { ...sizes, rows }),
    dispose: () => runner.dispose(),
  };
}

/** Constants of a graph, computed where they are not stored as they are used. */
async function constants(model: Model, names: readonly string[]): Promise<readonly Tensor[]> {
  const builder = new GraphBuilder("read/", [...names]);
  const copies = names.map((name) => builder.add("Identity", [name]));
  const { graph } = model;
  const whole = prune({ ...graph, inputs: [], nodes: [...graph.nodes, ...builder.nodes] }, copies);
  const session = await openSession({ ...model, graph: whole });
  try {
    const read = await session.run({});
    return copies.map((copy) => {
      const { data, dims } = read[copy] as { data: Float32Array; dims: readonly number[] };
      return { data: Float32Array.from(data), dims };
    });
  } finally {
    await session.dispose();
  }
}

function rowIn(
  { layer, width, outputs, weights, bias }: LayerWeights & Pick<Layer, "layer" | "width" | "outputs">,
  row: number,
): Row {
  const at = (i: number): number =>
    weights.data[layer.layout === "rows" ? row * width + i : i * outputs + row] as number;
  const own = bias === undefined ? 0 : (bias.data[bias.data.length === 1 ? 0 : row] as number);
  return {
    weights: Float64Array.from({ length: width }, (_, i) => layer.alpha * at(i)),
    bias: (layer.bias?.beta ?? 1) * own,
  };
}

async function numbersOf(
  runner: Runner,
  images: Tensor,
  {
    layer,
    width,
    outputs,
    under,
    rows,
  }: Pick<Layer, "layer" | "width" | "outputs" | "under"> & { readonly rows: readonly number[] },
): Promise<readonly (readonly ReadNumbers[])[] | NoLayer> {
  const values = [layer.activations, ...(under === undefined ? [] : [under.value])];
  const read = await runner.run({ [imageValue]: images }, values);
  const { data, dims } = read[layer.activations] as Tensor;
  const size = sizeOf(dims.slice(1));
  const fits = layer.op === "Mul" ? size === outputs * width : layer.pooled ? size % width === 0 : size === width;
  if (!fits) return { refused: noLayer.reads(layer.node, dims.slice(1), width) };
  const below = under === undefined ? undefined : (read[under.value] as Tensor).data;
  const places = size / width;
  const pictures = Array.from({ length: dims[0] ?? 0 }, (_, image) => ({
    start: image * size,
    under: below?.slice(image * (under as LayerUnder).width, (image + 1) * (under as LayerUnder).width),
  }));
  if (layer.op === "Mul") {
    return rows.map((row) =>
      pictures.map((image) => {
        const start = image.start + row * width;
        return { own: data.slice(start, start + width), under: image.under };
      }),
    );
  }
  const shared = pictures.map(({ start, under }) => ({
    own:
      places === 1
        ? data.slice(start, start + width)
        : Float32Array.from({ length: width }, (_, i) => meanOf(data, start + i * places, places)),
    under,
  }));
  return rows.map(() => shared);
}

function meanOf(data: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += data[i] as number;
  return sum / count;
}
