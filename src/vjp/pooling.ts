import { sizeOf } from "../base/tensor.ts";
import { int, ints, string } from "../onnx/build.ts";
import { reach } from "./emitted-shapes.ts";
import { repeat } from "./repeat.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";
import { type Window, windowOf } from "./window.ts";

const ones = (dims: readonly number[]): number[] => Array.from({ length: sizeOf(dims) }, () => 1);

function poolWindow(at: Site): Window {
  const kernel = at.ints("kernel_shape");
  if (kernel === undefined) throw at.error("attribute kernel_shape is missing");
  return windowOf(at, kernel, { input: at.shape(at.x).slice(2), output: at.shape(at.y).slice(2) });
}

/**
 * Positions of the maxima as the data lies. By a pool of their own: one that also gives positions runs in plain order, and so
 * would what comes after it in the forward pass.
 */
const maxima = (at: Site): string =>
  at.emitStated("MaxPool", [at.x], {
    dims: at.shape(at.y),
    attributes: { ...at.node.attributes, storage_order: int(0) },
    output: 1,
  });

// A pool's indices say which element won, so ties go where onnxruntime's forward pass went: to the first.
const maxPool: Rule = (ct, at) => {
  const { kernel, strides, dilations, begin, end } = poolWindow(at);
  const [from, to] = [at.shape(at.y), at.shape(at.x)];
  const indices = maxima(at);
  const apart = kernel.every((k, d) => reach(k, dilations[d]!) <= strides[d]!);
  const unpooled = kernel.map((k, d) => (from[d + 2]! - 1) * strides[d]! + k - begin[d]! - end[d]!);
  if (apart && unpooled.every((size, d) => size <= to[d + 2]!)) {
    return at.emit("MaxUnpool", [ct, indices, at.intConstant(to)], {
      kernel_shape: ints(kernel),
      strides: ints(strides),
      pads: ints([...begin, ...end]),
    });
  }
  const attributes = { axis: int(0), ...(apart ? {} : { reduction: string("add") }) };
  const flat = [at.zeros([sizeOf(to)]), at.reshape(indices, [sizeOf(from)]), at.reshape(ct, [sizeOf(from)])];
  return at.reshape(at.emit("ScatterElements", flat, attributes), to);
};

/** Number of elements in each window, as the divisor of an average: with pads where they count, never beyond them. */
function windowCounts(at: Site, { kernel, strides, dilations, begin, end }: Window): number[] {
  const countPads = at.int("count_include_pad", 0) === 1;
  const [input, output] = [at.shape(at.x).slice(2), at.shape(at.y).slice(2)];
  const perAxis = output.map((size, d) =>
    Array.from({ length: size }, (_, o) => {
      const low = countPads ? -begin[d]! : 0;
      const high = input[d]! + (countPads ? end[d]! : 0);
      const taps = Array.from({ length: kernel[d]! }, (_, k) => o * strides[d]! - begin[d]! + k * dilations[d]!);
      return taps.filter((tap) => tap >= low && tap < high).length;
    }),
  );
  return perAxis.reduce((outer, axis) => outer.flatMap((count) => axis.map((n) => count * n)), [1]);
}

/** Adds every output of a pool to all elements of its window: the adjoint of a sum pool. */
function spreadWindows(at: Site, ct: string, { kernel, strides, dilations, begin }: Window): string {
  const [from, to] = [at.shape(at.y), at.shape(at.x)];
  const planes = (from[0] as number) * (from[1] as number);
  const [input, output] = [to.slice(2), from.slice(2)];
  const tiles = input.every((size, d) => kernel[d] === strides[d] && size === output[d]! * kernel[d]!);
  if (tiles && [...begin, ...dilations.map((dilation) => dilation - 1)].every((amount) => amount === 0)) {
    return repeat(at, ct, kernel);
  }
  const covered = output.map((size, d) => (size - 1) * strides[d]! + reach(kernel[d]!, dilations[d]!));
  const beyond = covered.map((size, d) => size - begin[d]! - input[d]!);
  const image = at.emit(
    "ConvTranspose",
    [at.reshape(ct, [planes, 1, ...output]), at.constant(ones(kernel), [1, 1, ...kernel])],
    {
      kernel_shape: ints(kernel),
      strides: ints(strides),
      dilations: ints(dilations),
      pads: ints([...begin, ...beyond.map((size) => Math.max(0, size))]),
      output_padding: ints(beyond.map((size) => Math.max(0, -size))),
    },
  );
  return at.reshape(image, to);
}

const averagePool: Rule = (ct, at) => {
  const window = poolWindow(at);
  const counts = windowCounts(at, window);
  const first = counts[0] as number;
  const same = counts.every((count) => count === first);
  const share = same ? at.div(ct, first) : at.div(ct, at.constant(counts, [1, 1, ...at.shape(at.y).slice(2)]));
  return spreadWindows(at, share, window);
};

/** ct·y^(1−p)·|x|^(p−1)·sign x for a p-norm y of x, where `reachBack` brings the first factor from y to x. */
const lpSlope = (at: Site, ct: string, reachBack: (share: string) => string): string => {
  const p = at.int("p", 2);
  const sign = at.sign(at.x);
  if (p === 1) return at.mul(reachBack(ct), sign);
  const share = at.where(at.equal(at.y, 0), 0, at.mul(ct, at.pow(at.y, 1 - p)));
  return at.mul(reachBack(share), p === 2 ? at.x : at.mul(at.pow(at.abs(at.x), p - 1), sign));
};

// Ties go to the first maximum, as in MaxPool.
const globalMaxPool: Rule = (ct, at) => {
  const dims = at.shape(at.x);
  const [n, c] = dims as [number, number];
  const size = sizeOf(dims.slice(2));
  const winner = at.emit("ArgMax", [at.reshape(at.x, [n, c, size])], { axis: int(2), keepdims: int(1) });
  const positions = at.intConstant(
    Array.from({ length: size }, (_, i) => i),
    [1, 1, size],
  );
  return at.reshape(at.mul(at.reshape(ct, [n, c, 1]), at.indicator(at.equal(winner, positions))), dims);
};

const maxUnpool: Rule = (ct, at) => at.emit("Gather", [at.reshape(ct, [sizeOf(at.shape(at.y))]), at.input(1)]);

/** Pools over windows and over everything. */
export const pooling = {
  MaxPool: [maxPool],
  AveragePool: [averagePool],
  LpPool: [(ct, at) => lpSlope(at, ct, (share) => spreadWindows(at, share, poolWindow(at)))],
  MaxUnpool: [maxUnpool, null, null],
  GlobalMaxPool: [globalMaxPool],
  GlobalAveragePool: [(ct, at) => at.expand(at.div(ct, sizeOf(at.shape(at.x).slice(2))), at.shape(at.x))],
  GlobalLpPool: [(ct, at) => lpSlope(at, ct, (share) => share)],
} satisfies Record<string, Rules>;
