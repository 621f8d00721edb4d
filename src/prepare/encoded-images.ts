import type { ImageRow } from "../alignment/rows.ts";
import { throwIfInterrupted } from "../base/errors.ts";
import { row, type Tensor } from "../base/tensor.ts";
import { type ImageSource, loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { filled, width } from "../models/whole-calls.ts";

/** An image with its latent. */
export interface EncodedImage {
  readonly row: ImageRow;
  /** At the autoencoder's size. */
  readonly pixels: Tensor;
  /** E(x), flat. */
  readonly latent: Float32Array;
}

/**
 * The first usable images of a list, encoded, a call of the encoder at a time. most: how many at most. progress: told as they are encoded.
 * Errors: CfalignError("interrupted").
 */
export async function* encodedImages(
  listing: Listing,
  source: ImageSource,
  {
    most,
    progress,
  }: { readonly most: number; readonly progress?: ((done: number, total: number) => void) | undefined },
): AsyncGenerator<readonly EncodedImage[]> {
  const total = Math.min(most, listing.rows.length);
  let done = 0;
  let waiting: Omit<EncodedImage, "latent">[] = [];
  const encode = async (): Promise<readonly EncodedImage[]> => {
    throwIfInterrupted(source.signal);
    const latents = await source.autoencoder.encode(filled(waiting.map(({ pixels }) => pixels)));
    const encoded = waiting.map((image, i) => ({ ...image, latent: row(latents, i).data.slice() }));
    waiting = [];
    done += encoded.length;
    progress?.(done, total);
    return encoded;
  };
  for (let start = 0; start < listing.rows.length && done + waiting.length < most; start += width) {
    for (const { row: own, pixels } of await loadImages(listing, listing.rows.slice(start, start + width), source)) {
      if (pixels === undefined || done + waiting.length >= most) continue;
      waiting.push({ row: own, pixels });
      if (waiting.length === width) yield await encode();
    }
  }
  if (waiting.length > 0) yield await encode();
}
