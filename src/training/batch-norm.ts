import { concatenated } from "../base/tensor.ts";
import type { GraphBuilder } from "../onnx/build.ts";
import { headBias, headWeight, type Network, named } from "./network.ts";

/** Added to a variance, as PyTorch's default. */
export const epsilon = 1e-5;
/** Share of the newest batch in running means and variances, as PyTorch's default. */
export const momentum = 0.1;

/** A normalized value, and what it was normalized by: per channel, [c]. */
export interface Normalized {
  readonly value: string;
  readonly mean: string;
  readonly variance: string;
}

/**
 * A batch norm in training as nodes that all have gradients: one factor and one term a channel, a = scale/√(variance + ε) and
 * shift − mean·a, so that whole maps are passed over as rarely as can be.
 */
export function batchNorm(
  builder: GraphBuilder,
  maps: string,
  { scale, shift }: { readonly scale: string; readonly shift: string },
): Normalized {
  const axes = builder.int([0, 2, 3]);
  const channels = (value: string) => builder.add("Reshape", [value, builder.int([1, -1, 1, 1])]);
  const mean = builder.add("ReduceMean", [maps, axes]);
  const centred = builder.add("Sub", [maps, mean]);
  const variance = builder.add("ReduceMean", [builder.add("Mul", [centred, centred]), axes]);
  const deviation = builder.add("Sqrt", [builder.add("Add", [variance, builder.float(epsilon)])]);
  const factor = builder.add("Div", [channels(scale), deviation]);
  const value = builder.add("Add", [builder.add("Mul", [centred, factor]), channels(shift)]);
  const flat = (statistic: string) => builder.add("Reshape", [statistic, builder.int([-1])]);
  return { value, mean: flat(mean), variance: flat(variance) };
}

/** Means and variances of all layers, each layer's means before its variances, kept as a moving average. */
export function runningStatistics({ widths }: Network): Float32Array {
  return Float32Array.from(widths.flatMap((width) => [...Array(width).fill(0), ...Array(width).fill(1)]));
}

/** Moves running statistics towards those of a batch. counts: pixels that a mean of each layer is over. */
export function follow(
  running: Float32Array,
  batch: Float32Array,
  { widths }: Network,
  counts: readonly number[],
): void {
  let at = 0;
  for (const [layer, width] of widths.entries()) {
    const count = counts[layer] as number;
    // The variance of more pictures than the batch: n − 1 in the denominator.
    const unbiased = count > 1 ? count / (count - 1) : 1;
    for (const factor of [1, unbiased]) {
      for (const end = at + width; at < end; at++) {
        running[at] = (1 - momentum) * (running[at] as number) + momentum * factor * (batch[at] as number);
      }
    }
  }
}

/** A learned network with its running statistics folded into kernels and biases, as `foldedSegments` has them. */
export function foldNorms(
  network: Network,
  learned: ReadonlyMap<string, Float32Array>,
  running: Float32Array,
): Float32Array {
  const parts: Float32Array[] = [];
  let at = 0;
  for (const [layer, width] of network.widths.entries()) {
    const [kernel, scale, shift] = (["kernel", "scale", "shift"] as const).map((part) =>
      learned.get(named(layer, part)),
    ) as [Float32Array, Float32Array, Float32Array];
    const means = running.subarray(at, at + width);
    const variances = running.subarray(at + width, at + 2 * width);
    at += 2 * width;
    const factors = Float64Array.from(scale, (value, c) => value / Math.sqrt((variances[c] as number) + epsilon));
    const perChannel = kernel.length / width;
    parts.push(kernel.map((value, i) => value * (factors[Math.floor(i / perChannel)] as number)));
    parts.push(shift.map((value, c) => value - (means[c] as number) * (factors[c] as number)));
  }
  parts.push(learned.get(headWeight) as Float32Array, learned.get(headBias) as Float32Array);
  return concatenated(parts);
}
