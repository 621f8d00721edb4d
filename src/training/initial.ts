import type { Random } from "../base/random.ts";
import { sizeOf } from "../base/tensor.ts";
import { learnedSegments, lengthOf, type Network, viewsOf } from "./network.ts";

const isKernel = (dims: readonly number[]): boolean => dims.length === 4;

/** Numbers to begin with: kernels as He et al. (2015) for ReLUs, batch norms that change nothing, a head that says nothing. */
export function initialNumbers(network: Network, random: Random): Float32Array {
  const segments = learnedSegments(network);
  const vector = new Float32Array(lengthOf(segments));
  const views = viewsOf(vector, segments);
  for (const { name, dims } of segments) {
    const view = views.get(name) as Float32Array;
    if (isKernel(dims)) {
      const spread = Math.sqrt(2 / sizeOf(dims.slice(1)));
      for (let i = 0; i < view.length; i++) view[i] = spread * random.normal();
    } else if (name.endsWith("/scale")) view.fill(1);
  }
  return vector;
}

/** The decay of each number: kernels and the head's weights decay, what scales and shifts does not. */
export function decayOf(network: Network, decay: number): Float32Array {
  const segments = learnedSegments(network);
  const vector = new Float32Array(lengthOf(segments));
  const views = viewsOf(vector, segments);
  for (const { name, dims } of segments) if (dims.length > 1) views.get(name)?.fill(decay);
  return vector;
}
