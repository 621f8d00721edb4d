import type { Autoencoder } from "../models/types.ts";
import { row, stack, type Tensor } from "../tensor.ts";

/** Images of the sample: 8128 pairs. */
export const latentSample = 128;

/**
 * Median ‖E(x_i) − E(x_j)‖ over all pairs of a sample of images, each [1, c, h, w]: the unit of `--max-shift`.
 * undefined for fewer than two different latents.
 */
export async function latentScaleOf(autoencoder: Autoencoder, images: readonly Tensor[]): Promise<number | undefined> {
  if (images.length < 2) return undefined;
  const latents = await autoencoder.encode(stack(images));
  const rows = images.map((_, index) => row(latents, index).data);
  const distances = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => distance(a, b))).sort((a, b) => a - b);
  const middle = distances.length / 2;
  const median = ((distances[Math.ceil(middle) - 1] as number) + (distances[Math.floor(middle)] as number)) / 2;
  return median > 0 ? median : undefined;
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
