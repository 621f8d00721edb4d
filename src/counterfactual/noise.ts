import { createRandom } from "../base/random.ts";
import type { Tensor } from "../base/tensor.ts";
import { checkedOptions, type GivenOptions, type OptionValues } from "../options/option.ts";
import { noiseOptionTable } from "../options/search.ts";
import { ownLatentScale } from "./latent-scale.ts";

/** How gradients are averaged around a latent. */
export interface NoiseOptions extends GivenOptions<typeof noiseOptionTable> {
  /** Seed of the noise, 1. */
  readonly seed?: number;
  /**
   * Median ‖E(x_i) − E(x_j)‖ of the data, from which the spread along an axis follows: latentScale/√(2·dimensions), right for isotropic
   * latents. √2·‖z0‖ of each latent when absent.
   */
  readonly latentScale?: number;
}

/** Fills in what is not given. Errors: CfalignError("usage"). */
export function noiseOptions({
  seed = 1,
  ...given
}: NoiseOptions): OptionValues<typeof noiseOptionTable> & { readonly seed: number } {
  return { ...checkedOptions(noiseOptionTable, given), seed };
}

/**
 * z0 + σ·noise, as many as there are draws. Draws come in pairs ±noise, which takes the first-order effect of the noise out of an average.
 */
export function noisyLatents(latent: Tensor, key: string, options: NoiseOptions): readonly Tensor[] {
  const { draws, noise, seed } = noiseOptions(options);
  const scale = options.latentScale ?? ownLatentScale(latent);
  const sigma = (noise * scale) / Math.sqrt(2 * latent.data.length);
  const random = createRandom(`${seed}/latent noise/${key}`);
  let last = new Float64Array(latent.data.length);
  return Array.from({ length: draws }, (_, draw) => {
    last = draw % 2 === 0 ? last.map(() => sigma * random.normal()) : last.map((value) => -value);
    return { data: latent.data.map((value, i) => value + (last[i] as number)), dims: latent.dims };
  });
}

/**
 * What the noise of an image is drawn from: its pixels in 8 bits. The same image has the same noise under any name, in any shard and beside
 * any other. image: [1, c, h, w] in [0, 1].
 */
export function noiseKey(image: Tensor): string {
  // FNV-1a: two images that share a key only share their noise.
  let hash = 0x811c9dc5;
  for (const value of image.data) hash = Math.imul(hash ^ Math.round(255 * value), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
