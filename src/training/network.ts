import { sizeOf } from "../base/tensor.ts";
import { type GraphBuilder, int, ints } from "../onnx/build.ts";
import type { ValueInfo } from "../onnx/graph.ts";

/** A network: strided 3 × 3 convolutions with a batch norm and a ReLU each, the mean over what is left, one logit a target. */
export interface Network {
  /** Width and height of its pictures. */
  readonly size: number;
  /** Channels of every layer, the first behind the picture's three. */
  readonly widths: readonly number[];
  readonly targets: number;
}

/** A part of a vector of numbers that is a tensor. */
export interface Segment {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Pictures are halved down to as many pixels. */
const smallest = 4;
const firstWidth = 16;
const mostWidth = 128;

/** The network for pictures of a size. */
export function networkFor(size: number, targets: number): Network {
  const layers = Math.max(1, Math.round(Math.log2(size / smallest)));
  const widths = Array.from({ length: layers }, (_, layer) => Math.min(mostWidth, firstWidth * 2 ** layer));
  return { size, widths, targets };
}

/** Names of the values of a layer. */
export const named = (layer: number, part: "kernel" | "scale" | "shift" | "bias"): string => `layer${layer}/${part}`;
export const headWeight = "head/weight";
export const headBias = "head/bias";

const inputsOf = ({ widths }: Network, layer: number): number => (layer === 0 ? 3 : (widths[layer - 1] as number));

function head({ widths, targets }: Network): readonly Segment[] {
  return [
    { name: headWeight, dims: [targets, widths.at(-1) as number] },
    { name: headBias, dims: [targets] },
  ];
}

/** What is learned: of every layer a kernel and its batch norm's scale and shift, then the head. */
export function learnedSegments(network: Network): readonly Segment[] {
  const layers = network.widths.flatMap((width, layer) => [
    { name: named(layer, "kernel"), dims: [width, inputsOf(network, layer), 3, 3] },
    { name: named(layer, "scale"), dims: [width] },
    { name: named(layer, "shift"), dims: [width] },
  ]);
  return [...layers, ...head(network)];
}

/** What the network is made of once its batch norms are folded into the convolutions. */
export function foldedSegments(network: Network): readonly Segment[] {
  const layers = network.widths.flatMap((width, layer) => [
    { name: named(layer, "kernel"), dims: [width, inputsOf(network, layer), 3, 3] },
    { name: named(layer, "bias"), dims: [width] },
  ]);
  return [...layers, ...head(network)];
}

/** How many numbers segments have together. */
export function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((total, { dims }) => total + sizeOf(dims), 0);
}

/** The segments of a vector as views of it, by name. */
export function viewsOf(vector: Float32Array, segments: readonly Segment[]): ReadonlyMap<string, Float32Array> {
  let offset = 0;
  return new Map(
    segments.map(({ name, dims }) => {
      const view = vector.subarray(offset, offset + sizeOf(dims));
      offset += view.length;
      return [name, view];
    }),
  );
}

/** Cuts a vector in the graph into its segments: the value of each, by name. */
export function cut(builder: GraphBuilder, vector: string, segments: readonly Segment[]): (name: string) => string {
  const sizes = segments.map(({ dims }) => sizeOf(dims));
  const parts = builder.addMany("Split", [vector, builder.int(sizes)], { axis: int(0) }, segments.length);
  const values = new Map(
    segments.map(({ name, dims }, i) => [name, builder.add("Reshape", [parts[i] as string, builder.int(dims)])]),
  );
  return (name) => values.get(name) as string;
}

/** A 3 × 3 convolution that halves the picture. */
export function strided(builder: GraphBuilder, inputs: readonly string[]): string {
  return builder.add("Conv", inputs, {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
    dilations: ints([1, 1]),
    group: int(1),
  });
}

/** Logits of the last layer's maps. */
export function headed(builder: GraphBuilder, maps: string, value: (name: string) => string): string {
  const flat = builder.add("Flatten", [builder.add("GlobalAveragePool", [maps])], { axis: int(1) });
  return builder.add("Gemm", [flat, value(headWeight), value(headBias)], { transB: int(1) });
}

/** The folded network from pictures to logits. */
export function folded(
  builder: GraphBuilder,
  network: Network,
  { pictures, value }: { readonly pictures: string; readonly value: (name: string) => string },
): string {
  const maps = network.widths.reduce(
    (before, _, layer) =>
      builder.add("Relu", [strided(builder, [before, value(named(layer, "kernel")), value(named(layer, "bias"))])]),
    pictures,
  );
  return headed(builder, maps, value);
}

export function float32(name: string, dims: readonly (number | string)[]): ValueInfo {
  return { name, type: "float32", dims };
}
