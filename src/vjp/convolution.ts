import { sizeOf } from "../base/tensor.ts";
import { int, ints } from "../onnx/build.ts";
import type { Attributes } from "../onnx/graph.ts";
import { identityMatrix } from "./along-axis.ts";
import { reach } from "./emitted-shapes.ts";
import { repeat } from "./repeat.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";
import { transposedWindowOf, type Window, windowOf } from "./window.ts";

/** The convolution that a node stands for: `image` [n, c, …] ↔ `map` [n, m, …] with weights [m, c/group, …]. */
interface Convolution extends Window {
  readonly group: number;
  readonly weight: string;
  /** [m, c/group, …kernel] */
  readonly weightShape: readonly number[];
  readonly imageShape: readonly number[];
  readonly mapShape: readonly number[];
}

function convolutionOf(at: Site): Convolution {
  const [imageShape, weightShape, mapShape] = [at.shape(at.x), at.shape(at.input(1)), at.shape(at.y)];
  const window = windowOf(at, weightShape.slice(2), { input: imageShape.slice(2), output: mapShape.slice(2) });
  return { ...window, group: at.int("group", 1), weight: at.input(1), weightShape, imageShape, mapShape };
}

/** A transposed convolution runs its convolution backwards, so its output is the image. */
function transposedOf(at: Site): Convolution {
  const [mapShape, weightShape, imageShape] = [at.shape(at.x), at.shape(at.input(1)), at.shape(at.y)];
  const window = transposedWindowOf(at, weightShape.slice(2), {
    input: mapShape.slice(2),
    output: imageShape.slice(2),
  });
  return { ...window, group: at.int("group", 1), weight: at.input(1), weightShape, imageShape, mapShape };
}

function attributes(c: Convolution, begin = c.begin, end = c.end): Attributes {
  return {
    kernel_shape: ints(c.kernel),
    strides: ints(c.strides),
    dilations: ints(c.dilations),
    pads: ints([...begin, ...end]),
    group: int(c.group),
  };
}

/** image → map. */
function correlate(at: Site, c: Convolution, image: string): string {
  const { value, begin, end } = withoutNegativePads(at, c, image);
  const map = at.emit("Conv", [value, c.weight], attributes(c, begin, end));
  // The remainder of a stride can leave room for more windows than the map has.
  const size = c.imageShape.slice(2).map((n, d) => {
    return Math.floor((n + c.begin[d]! + c.end[d]! - reach(c.kernel[d]!, c.dilations[d]!)) / c.strides[d]!) + 1;
  });
  const surplus = size.map((n, d) => c.mapShape[d + 2]! - n);
  return at.pad(map, [0, 0, ...surplus.map(() => 0)], [0, 0, ...surplus]);
}

/** Conv cannot crop, so negative pads are cut off before. */
function withoutNegativePads(at: Site, c: Convolution, image: string) {
  const negative = (pads: readonly number[]) => [0, 0, ...pads.map((pad) => Math.min(0, pad))];
  const positive = (pads: readonly number[]) => pads.map((pad) => Math.max(0, pad));
  return { value: at.pad(image, negative(c.begin), negative(c.end)), begin: positive(c.begin), end: positive(c.end) };
}

/** map → image, the adjoint of `correlate`. */
function spread(at: Site, c: Convolution, map: string): string {
  const begin = c.begin.map((pad, d) => reach(c.kernel[d]!, c.dilations[d]!) - 1 - pad);
  const end = c.end.map((pad, d) => reach(c.kernel[d]!, c.dilations[d]!) - 1 - pad);
  if (c.strides.every((stride) => stride === 1) && [...begin, ...end].every((pad) => pad >= 0)) {
    return at.emit("Conv", [map, mirrored(at, c)], attributes(c, begin, end));
  }
  const depthwise = c.weightShape[1] === 1 && c.weightShape[0] === c.group && c.group > 1;
  if (depthwise) {
    const last = c.imageShape.slice(2).map((size, d) => {
      return size - c.mapShape[d + 2]! * c.strides[d]! - begin[d]! + reach(c.kernel[d]!, c.dilations[d]!) - 1;
    });
    if ([...begin, ...last].every((pad) => pad >= 0)) {
      const dense = { ...c, strides: c.strides.map(() => 1) };
      return at.emit("Conv", [apart(at, c, map), mirrored(at, c)], attributes(dense, begin, last));
    }
  }
  const remainder = c.imageShape.slice(2).map((size, d) => {
    const covered = (c.mapShape[d + 2]! - 1) * c.strides[d]! + reach(c.kernel[d]!, c.dilations[d]!);
    return size + c.begin[d]! + c.end[d]! - covered;
  });
  const image = at.emit("ConvTranspose", [map, c.weight], { ...attributes(c), output_padding: ints(remainder) });
  return backInBlocks(at, image, c.imageShape);
}

/** Channels in a block of the layout in which onnxruntime convolves on x64; 8 before AVX-512. */
const BLOCK = 16;

/**
 * An image times 1, channel by channel, as a convolution. onnxruntime runs convolutions and what follows them in blocks of
 * channels, but not ConvTranspose: without this all cotangents of a residual trunk before it would stay in plain order, and
 * every block of the network change it for its convolutions and back.
 */
function backInBlocks(at: Site, image: string, shape: readonly number[]): string {
  const [, channels, ...size] = shape as [number, number, ...number[]];
  if (size.length !== 2 || channels % BLOCK !== 0 || at.type(at.x) !== "float32") return image;
  const ones = at.constant(
    Array.from({ length: channels }, () => 1),
    [channels, 1, 1, 1],
  );
  return at.emit("Conv", [image, ones], { kernel_shape: ints([1, 1]), group: int(channels) });
}

/**
 * The map with zeros in the gaps that the strides leave, [n, m, …size·stride]: repeated, and all but the first of each cleared.
 * For one channel a group the convolution behind it costs less than ConvTranspose, which takes channel after channel.
 */
function apart(at: Site, c: Convolution, map: string): string {
  const size = c.mapShape.slice(2).map((n, d) => n * c.strides[d]!);
  const firsts = size.map((n, d) => {
    const dims = [1, 1, ...size.map((_, axis) => (axis === d ? n : 1))];
    return at.constant(
      Array.from({ length: n }, (_, i) => (i % c.strides[d]! === 0 ? 1 : 0)),
      dims,
    );
  });
  return at.mul(
    repeat(at, map, c.strides),
    firsts.reduce((mask, axis) => at.mul(mask, axis)),
  );
}

/** Weights [m, c/g, …] turned around in space and between channels: [c, m/g, …]. Constants, so onnxruntime folds this when it loads the graph. */
function mirrored(at: Site, c: Convolution): string {
  const [m, perGroup] = c.weightShape as [number, number];
  const kernelAxes = c.kernel.map((_, d) => d + 2);
  const turned = kernelAxes.reduce(
    (weight, axis, d) => (c.kernel[d] === 1 ? weight : at.reverse(weight, axis)),
    c.weight,
  );
  if (c.group === 1) return at.transpose(turned, [1, 0, ...kernelAxes]);
  if (perGroup === 1 && m === c.group) return turned;
  const grouped = at.reshape(turned, [c.group, m / c.group, perGroup, ...c.kernel]);
  const swapped = at.transpose(grouped, [0, 2, 1, ...kernelAxes.map((axis) => axis + 1)]);
  return at.reshape(swapped, [c.group * perGroup, m / c.group, ...c.kernel]);
}

/** The two ends of a convolution where one of them is a cotangent. */
interface Ends {
  readonly image: string;
  readonly map: string;
}

/** Places of a kernel that have a product of their own. */
const MOST_PLACES = 25;

/** The cotangent of the weights. Dense steps and single pixels are as fast place by place as the forward pass, which is half the time of a convolution, or an eighth. */
function weightCotangent(at: Site, c: Convolution, ends: Ends): string {
  const dense = [c.strides, c.kernel].some((sizes) => sizes.every((size) => size === 1));
  return c.group === 1 && dense && sizeOf(c.kernel) <= MOST_PLACES
    ? cotangentByPlace(at, c, ends)
    : cotangentByConvolution(at, c, ends);
}

/** Place by place of the kernel: a product of the map with what of the image lies below it, for each image of the batch. */
function cotangentByPlace(at: Site, c: Convolution, { image, map }: Ends): string {
  const [n, m, ...size] = c.mapShape as [number, number, ...number[]];
  const channels = c.imageShape[1] as number;
  const rows = at.transpose(at.reshape(map, [n, m, sizeOf(size)]), [0, 2, 1]);
  const padded = at.pad(image, [0, 0, ...c.begin], [0, 0, ...c.end]);
  const places = c.kernel.reduce<readonly (readonly number[])[]>(
    (before, taps) => before.flatMap((place) => Array.from({ length: taps }, (_, tap) => [...place, tap])),
    [[]],
  );
  const products = places.map((place) => {
    const below = place.reduce((value, tap, d) => {
      const [start, stride] = [tap * c.dilations[d]!, c.strides[d]!];
      const end = start + (size[d]! - 1) * stride + 1;
      const isWhole = stride === 1 && size[d] === at.shape(value)[d + 2];
      return isWhole ? value : at.slice(value, d + 2, [start, end, stride]);
    }, padded);
    return at.sum(at.matmul(at.reshape(below, [n, channels, sizeOf(size)]), rows), [0]);
  });
  return at.reshape(at.transpose(at.concat(products, 0), [2, 1, 0]), c.weightShape);
}

/** As one convolution: channels and batch change places, and stride and dilation change roles. */
function cotangentByConvolution(at: Site, c: Convolution, { image, map }: Ends): string {
  const [n, channels, ...size] = c.imageShape as [number, number, ...number[]];
  const perGroup = channels / c.group;
  const spatial = c.kernel.map((_, d) => d);
  const { value, begin, end } = withoutNegativePads(at, c, image);
  const cropped = size.map((s, d) => s + Math.min(0, c.begin[d]!) + Math.min(0, c.end[d]!));
  // [n, g, c/g, …] → [c/g, g·n, …]
  const grouped = at.reshape(value, [n, c.group, perGroup, ...cropped]);
  const images = at.reshape(at.transpose(grouped, [2, 1, 0, ...spatial.map((d) => d + 3)]), [
    perGroup,
    c.group * n,
    ...cropped,
  ]);
  const kernels = at.transpose(map, [1, 0, ...spatial.map((d) => d + 2)]);
  const correlated = at.emit("Conv", [images, kernels], {
    kernel_shape: ints(c.mapShape.slice(2)),
    strides: ints(c.dilations),
    dilations: ints(c.strides),
    pads: ints([...begin, ...end]),
    group: int(c.group),
  });
  // The remainder of a stride yields rows beyond the kernel.
  const extent = size.map((s, d) => {
    const span = (c.mapShape[d + 2]! - 1) * c.strides[d]! + 1;
    return Math.floor((s + c.begin[d]! + c.end[d]! - span) / c.dilations[d]!) + 1;
  });
  const surplus = extent.map((e, d) => c.kernel[d]! - e);
  const kernel = at.pad(correlated, [0, 0, ...surplus.map(() => 0)], [0, 0, ...surplus]);
  return at.transpose(kernel, [1, 0, ...spatial.map((d) => d + 2)]);
}

// Col2Im adds blocks up where they overlap; cutting the image into blocks is a convolution with one kernel per position.
const cutIntoBlocks: Rule = (ct, at) => {
  const image = at.values(1) as readonly number[];
  const kernel = at.values(2) as readonly number[];
  const [n, channels] = at.shape(at.y) as [number, number];
  const [, rows, blocks] = at.shape(at.x) as [number, number, number];
  const size = sizeOf(kernel);
  const weight = at.reshape(identityMatrix(at, size), [size, 1, ...kernel]);
  const { strides, dilations, pads } = at.node.attributes;
  const given = Object.fromEntries(Object.entries({ strides, dilations, pads }).filter(([, value]) => value));
  const planes = at.reshape(ct, [n * channels, 1, ...image]);
  const cut = at.emit("Conv", [planes, weight], { ...(given as Attributes), kernel_shape: ints(kernel) });
  return at.reshape(cut, [n, rows, blocks]);
};

/** The bias is added to every position of its channel. */
const biasCotangent: Rule = (ct, at) => {
  const rank = at.shape(at.y).length;
  return at.reshape(at.sum(ct, [0, ...Array.from({ length: rank - 2 }, (_, d) => d + 2)]), at.shape(at.input(2)));
};

/** Convolutions of any rank, stride, dilation, group and padding. */
export const convolution = {
  Conv: [
    (ct, at) => spread(at, convolutionOf(at), ct),
    (ct, at) => weightCotangent(at, convolutionOf(at), { image: at.x, map: ct }),
    biasCotangent,
  ],
  ConvTranspose: [
    (ct, at) => correlate(at, transposedOf(at), ct),
    (ct, at) => weightCotangent(at, transposedOf(at), { image: ct, map: at.x }),
    biasCotangent,
  ],
  Col2Im: [cutIntoBlocks, null, null],
} satisfies Record<string, Rules>;
