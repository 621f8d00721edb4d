import { GraphBuilder, int, ints } from "../onnx/build.ts";
import type { Graph, ValueInfo } from "../onnx/graph.ts";
import { overshoots } from "../platform/interpolation.ts";
import { fillOf, isUntouched, placedMatrix, placements } from "./framing.ts";
import type { InputSpec } from "./manifest.ts";

/** Size of the images that go from model to model. */
export interface ImageSize {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** Luma of ITU-R BT.601, as PIL's conversion to "L". */
const luma = [0.299, 0.587, 0.114] as const;

/** Names that the fragments use; model graphs are prefixed, so they cannot clash. */
export const imageValue = "image";

function info(name: string, dims: readonly number[]): ValueInfo {
  return { name, type: "float32", dims: ["n", ...dims] };
}

/** Sizes of an image's axes without the batch: [channels, height, width]. */
export function dimsOf({ channels, height, width }: ImageSize): readonly number[] {
  return [channels, height, width];
}

/** Sizes of the axes of what a model takes, in its own order. */
export function inputDims({ layout, ...size }: InputSpec): readonly number[] {
  return layout === "nhwc" ? [size.height, size.width, size.channels] : dimsOf(size);
}

/** x·scale + offset per channel, left out where it changes nothing. */
function affine(builder: GraphBuilder, value: string, scale: readonly number[], offset: readonly number[]): string {
  const perChannel = [scale.length, 1, 1];
  let result = value;
  if (scale.some((factor) => factor !== 1)) result = builder.add("Mul", [result, builder.float(scale, perChannel)]);
  if (offset.some((term) => term !== 0)) result = builder.add("Add", [result, builder.float(offset, perChannel)]);
  return result;
}

/** What takes [0, 1] to the model's numbers: x·(high − low) + low, then (· − mean) / std, as one factor and one term per channel. */
function coefficients({ channels, range: [low, high], mean, std }: InputSpec): { scale: number[]; offset: number[] } {
  const each = Array.from({ length: channels }, (_, c) => ({ mean: mean?.[c] ?? 0, std: std?.[c] ?? 1 }));
  return {
    scale: each.map((channel) => (high - low) / channel.std),
    offset: each.map((channel) => (low - channel.mean) / channel.std),
  };
}

/** The graph from `image` [n, c, h, w] in [0, 1] at `from` to `output`, what the model expects. */
export function preprocessing(input: InputSpec, from: ImageSize, output: string): Graph {
  const builder = new GraphBuilder("pre/", [imageValue]);
  let value = imageValue;
  if (from.channels === 3 && input.channels === 1) {
    value = builder.add("Conv", [value, builder.float([...luma], [1, 3, 1, 1])]);
  }
  // One axis at a time, as matrices: exact gradients, and no operator that guesses an output size from a rounded scale.
  const placed = placements(from, input);
  const { across, down } = placed;
  const cut = input.overshoot === "cut" && overshoots(input.resize);
  const kept = (resized: string): string =>
    cut ? builder.add("Clip", [resized, builder.float(0), builder.float(1)]) : resized;
  if (!isUntouched(across)) {
    const matrix = transposed(placedMatrix(across, input), from.width);
    value = kept(builder.add("MatMul", [value, builder.float(matrix, [from.width, input.width])]));
  }
  if (!isUntouched(down)) {
    const matrix = [...placedMatrix(down, input)];
    value = kept(builder.add("MatMul", [builder.float(matrix, [input.height, from.height]), value]));
  }
  if (from.channels === 1 && input.channels === 3) {
    value = builder.add("Concat", [value, value, value], { axis: int(1) });
  }
  const fill = fillOf(placed, input.fill, input.channels);
  if (fill !== undefined) value = builder.add("Add", [value, builder.float([...fill], [...dimsOf(input)])]);
  if (input.order === "bgr") value = reversed(builder, value);
  const { scale, offset } = coefficients(input);
  value = affine(builder, value, scale, offset);
  if (input.layout === "nhwc") value = builder.add("Transpose", [value], { perm: ints([0, 2, 3, 1]) });
  builder.nodes.push(identity(value, output));
  return builder.graph("preprocessing", [info(imageValue, dimsOf(from))], [info(output, inputDims(input))]);
}

/** The graph from the decoder's `decoded` to `image` in [0, 1]: the inverse of the input's numbers, clamped. */
export function postprocessing(input: InputSpec, clamp: boolean): Graph {
  const decoded = "decoded";
  const builder = new GraphBuilder("post/", [decoded, imageValue]);
  const { scale, offset } = coefficients(input);
  const planes = input.layout === "nhwc" ? builder.add("Transpose", [decoded], { perm: ints([0, 3, 1, 2]) }) : decoded;
  let value = affine(
    builder,
    planes,
    scale.map((factor) => 1 / factor),
    scale.map((factor, channel) => -(offset[channel] as number) / factor),
  );
  if (input.order === "bgr") value = reversed(builder, value);
  if (clamp) value = builder.add("Clip", [value, builder.float(0), builder.float(1)]);
  builder.nodes.push(identity(value, imageValue));
  return builder.graph("postprocessing", [info(decoded, inputDims(input))], [info(imageValue, dimsOf(input))]);
}

/** Red for blue and blue for red. */
function reversed(builder: GraphBuilder, value: string): string {
  return builder.add("Gather", [value, builder.int([2, 1, 0])], { axis: int(1) });
}

/** The transpose of a matrix of `columns` columns. */
function transposed(matrix: Float64Array, columns: number): number[] {
  const rows = matrix.length / columns;
  return Array.from({ length: matrix.length }, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}

function identity(from: string, to: string): Graph["nodes"][number] {
  return { name: `${to}/identity`, op: "Identity", domain: "", inputs: [from], outputs: [to], attributes: {} };
}
