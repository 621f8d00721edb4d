import { CfalignError } from "../base/errors.ts";
import { row, type Tensor } from "../base/tensor.ts";
import { type ImageSource, type LoadedImage, loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { filled, width } from "../models/whole-calls.ts";
import { type Shard, shardOf } from "../results/chunks.ts";
import type { ListingRow } from "../results/schema.ts";

/** One file of a run as it was found and, unless it was dropped, encoded. */
export interface EncodedImage extends LoadedImage {
  /** E(x), [1, ...latentDims]; there with `pixels`. */
  readonly latent?: Tensor;
}

/** The images of a run, each read, decoded and encoded once, whatever it is needed for. */
export interface RunImages {
  /** E(x), [1, ...latentDims], of the first usable images of the whole order, at most so many: the same in every shard. What is read for them is kept until it is taken. */
  first(count: number): Promise<readonly Tensor[]>;
  /** Images of a chunk, in order; they are forgotten here. Errors: as `loadImages`. */
  take(rows: readonly ListingRow[]): Promise<readonly EncodedImage[]>;
  /** Begins to read what will be taken next. */
  readAhead(rows: readonly ListingRow[]): void;
}

/** Images of a listing for a shard of it. */
export function runImages(listing: Listing, shard: Shard, source: ImageSource): RunImages {
  const own = new Set(shardOf(listing.rows, shard));
  const held = new Map<ListingRow, EncodedImage>();
  let ahead: { readonly rows: readonly ListingRow[]; readonly images: Promise<readonly LoadedImage[]> } | undefined;

  const missing = (rows: readonly ListingRow[]): readonly ListingRow[] => rows.filter((one) => !held.has(one));
  const encoded = async (rows: readonly ListingRow[]): Promise<readonly EncodedImage[]> => {
    const wanted = missing(rows);
    const read = ahead?.rows[0] === wanted[0] && ahead?.rows.length === wanted.length ? ahead.images : undefined;
    const images = await encode(await (read ?? loadImages(listing, wanted, source)), source);
    const byRow = new Map(wanted.map((one, index) => [one, images[index] as EncodedImage]));
    return rows.map((one) => held.get(one) ?? (byRow.get(one) as EncodedImage));
  };
  return {
    async first(count) {
      const found: Tensor[] = [];
      for (let searched = 0; found.length < count && searched < listing.rows.length; searched += width) {
        const rows = listing.rows.slice(searched, searched + width);
        for (const [index, image] of (await encoded(rows)).entries()) {
          const one = rows[index] as ListingRow;
          if (own.has(one)) held.set(one, image);
          if (image.latent !== undefined) found.push(image.latent);
        }
      }
      return found.slice(0, count);
    },
    async take(rows) {
      const images = await encoded(rows);
      for (const one of rows) held.delete(one);
      ahead = undefined;
      return images;
    },
    readAhead(rows) {
      const wanted = missing(rows);
      if (wanted.length === 0) return;
      const images = loadImages(listing, wanted, source);
      // Awaited when its turn comes, if it does.
      images.catch(() => {});
      ahead = { rows: wanted, images };
    },
  };
}

/** Images from which on an encoder that has no latent for any of them is broken. */
const enough = 8;

async function encode(images: readonly LoadedImage[], { autoencoder }: ImageSource): Promise<readonly EncodedImage[]> {
  const pixels = images.flatMap((image) => image.pixels ?? []);
  if (pixels.length === 0) return images;
  const latents = await autoencoder.encode(filled(pixels));
  const found = pixels.map((_, index) => row(latents, index).data.every(Number.isFinite));
  if (found.length >= enough && !found.includes(true)) {
    throw new CfalignError(
      "runtime",
      `${autoencoder.name}: its encoder gives no finite numbers on ${found.length} images: check range and the files it was exported to`,
      { where: autoencoder.name },
    );
  }
  let place = 0;
  return images.map((image) => {
    const { pixels, ...rest } = image;
    if (pixels === undefined) return image;
    const at = place++;
    if (found[at]) return { ...image, latent: row(latents, at) };
    return { ...rest, row: { ...image.row, dropReason: "not-finite" } };
  });
}
