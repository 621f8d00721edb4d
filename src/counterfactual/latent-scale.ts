import type { Tensor } from "../base/tensor.ts";
import { median } from "../statistics/moments.ts";

/** Images of the sample: 8128 pairs. */
export const latentSample = 128;

/**
 * Median ‖E(x_i) − E(x_j)‖ over all pairs of a sample of encoded images: the unit of the largest shift.
 * undefined for fewer than two different latents.
 */
export function latentScaleOf(latents: readonly Tensor[]): number | undefined {
  if (latents.length < 2) return undefined;
  const rows = latents.map(({ data }) => data);
  const middle = median(rows.flatMap((a, i) => rows.slice(i + 1).map((b) => distance(a, b))));
  return middle > 0 ? middle : undefined;
}

/** √2·‖z0‖: the distance between two latents of this norm when latents are centred and isotropic. latent: [1, ...latentDims]. */
export function ownLatentScale(latent: Tensor): number {
  return Math.SQRT2 * Math.sqrt(latent.data.reduce((sum, value) => sum + value * value, 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}
