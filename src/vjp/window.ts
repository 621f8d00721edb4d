import { reach } from "./emitted-shapes.ts";
import type { Site } from "./site.ts";

/** A sliding window along the spatial axes, one number per axis. Pads may be negative where an output shape was forced. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** Spatial sizes. */
interface Sizes {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** The window of a convolution or pool over `input` that makes `output` (spatial sizes), with automatic padding resolved. */
export function windowOf(at: Site, kernel: readonly number[], { input, output }: Sizes): Window {
  const rank = kernel.length;
  const { strides, dilations, pads } = strideAttributes(at, rank);
  const auto = at.string("auto_pad", "NOTSET");
  const totals = input.map((size, d) =>
    Math.max(0, ((output[d] as number) - 1) * strides[d]! + reach(kernel[d]!, dilations[d]!) - size),
  );
  return { kernel, strides, dilations, ...padding(auto, auto === "VALID" ? totals.map(() => 0) : totals, pads) };
}

/** The window of a transposed convolution from `input` to `output`: the window of the convolution that goes back. */
export function transposedWindowOf(at: Site, kernel: readonly number[], { input, output }: Sizes): Window {
  const rank = kernel.length;
  const { strides, dilations, pads } = strideAttributes(at, rank);
  const auto = at.string("auto_pad", "NOTSET");
  const extra = at.ints("output_padding") ?? kernel.map(() => 0);
  const totals = input.map(
    (size, d) => strides[d]! * (size - 1) + extra[d]! + reach(kernel[d]!, dilations[d]!) - (output[d] as number),
  );
  // A forced output shape sets the pads; without automatic padding the larger half lies at the beginning.
  const rule = at.ints("output_shape") !== undefined && auto === "NOTSET" ? "SAME_LOWER" : auto;
  return { kernel, strides, dilations, ...padding(rule, totals, pads) };
}

function strideAttributes(at: Site, rank: number) {
  const ones = Array.from({ length: rank }, () => 1);
  return {
    strides: at.ints("strides") ?? ones,
    dilations: at.ints("dilations") ?? ones,
    pads: at.ints("pads") ?? [...ones, ...ones].map(() => 0),
  };
}

function padding(auto: string, totals: readonly number[], pads: readonly number[]) {
  const rank = totals.length;
  if (auto === "NOTSET") return { begin: pads.slice(0, rank), end: pads.slice(rank) };
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, d) => total - small[d]!);
  return auto === "SAME_LOWER" ? { begin: large, end: small } : { begin: small, end: large };
}
