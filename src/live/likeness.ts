import { row, type Tensor } from "../base/tensor.ts";
import type { Autoencoder } from "../models/types.ts";

/** How far a picture is from what the autoencoder makes of it, and where its latent is. */
export interface Encoded {
  /** What the autoencoder loses of it, as a part of what there is to see (`lossOf`). */
  readonly loss: number;
  /** z0 = E(x) */
  readonly latent: Float32Array;
}

/** How a picture compares with others: 1 is as far out as the farthest of them. */
export interface Likeness {
  /** Pictures that it was compared with. */
  readonly pictures: number;
  /** Its loss, as a multiple of the largest of theirs. */
  readonly loss: number;
  /** Distance of its latent from the nearest of theirs, as a multiple of the largest such distance among them. */
  readonly latent: number;
  /** Whether one of the two is larger than `unlikeFrom`. */
  readonly unlike: boolean;
}

/** Fewest pictures that others can be compared with. */
export const leastReference = 20;

/**
 * Multiple of the farthest of some pictures from which on another one is not like them. In the built-in world no other face reaches 1.4, and nothing that is none stays below 1.9
 * (docs/serve.md; scripts/measure/measure-unlike.ts).
 */
export const unlikeFrom = 1.5;

/** What a picture is compared by. images: [n, c, h, w] in [0, 1] at the autoencoder's size. */
export async function encodedOf(
  images: Tensor,
  { encode, decode }: Pick<Autoencoder, "encode" | "decode">,
): Promise<readonly Encoded[]> {
  const latents = await encode(images);
  const decoded = await decode(latents);
  return Array.from({ length: images.dims[0] as number }, (_, index) => ({
    loss: lossOf(row(images, index), row(decoded, index)),
    latent: row(latents, index).data.slice(),
  }));
}

/**
 * Root mean square of x − D(E(x)), by that of x around the mean of each channel: of a face that is what it looks like, of a picture of one colour there is nothing to lose, and infinite. What
 * is less than half of what a file's values can differ by is 0. Pictures: [1, c, h, w] in [0, 1].
 */
export function lossOf(picture: Tensor, reconstruction: Tensor): number {
  const lost = distance(picture.data, reconstruction.data);
  if (lost / Math.sqrt(picture.data.length) < 0.5 / 255) return 0;
  const [, channels = 1] = picture.dims;
  const size = picture.data.length / channels;
  const means = Float32Array.from(picture.data);
  for (let channel = 0; channel < channels; channel++) {
    const own = picture.data.subarray(channel * size, (channel + 1) * size);
    means.fill(own.reduce((sum, value) => sum + value, 0) / size, channel * size, (channel + 1) * size);
  }
  const seen = distance(picture.data, means);
  return seen === 0 ? Number.POSITIVE_INFINITY : lost / seen;
}

/** Compares a picture with others; undefined where these are fewer than twenty. */
export function likenessOf(picture: Encoded, reference: readonly Encoded[]): Likeness | undefined {
  // The picture itself may be among them.
  const others = reference.filter(({ latent }) => distance(latent, picture.latent) > 0);
  if (others.length < leastReference) return undefined;
  const farthest = Math.max(...others.map((one) => nearest(one, others)));
  const loss = multiple(picture.loss, Math.max(...others.map((one) => one.loss)));
  const latent = multiple(nearest(picture, others), farthest);
  return { pictures: others.length, loss, latent, unlike: Math.max(loss, latent) > unlikeFrom };
}

function multiple(value: number, of: number): number {
  return value === 0 ? 0 : value / of;
}

/** Distance to the nearest other latent. */
function nearest({ latent }: Encoded, others: readonly Encoded[]): number {
  return Math.min(...others.flatMap((other) => (other.latent === latent ? [] : [distance(other.latent, latent)])));
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}
