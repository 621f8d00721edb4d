import { platform } from "#platform";
import { throwIfInterrupted } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import { type LoadedImage, loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import type { Autoencoder, ImageFrame } from "../models/types.ts";
import { width } from "../models/whole-calls.ts";
import { encodedImages } from "../prepare/encoded-images.ts";
import { latentRows } from "../prepare/flatten/latent-rows.ts";
import { principalBasis, type Rows } from "../prepare/flatten/principal-basis.ts";
import { openProducts, type Products } from "../prepare/flatten/product.ts";
import type { Codes } from "./feature-reading.ts";

/** What pictures are read by, and how it is told. */
export interface CodesOptions {
  /** Whose latent is read; the pixels of the pictures themselves without one. */
  readonly autoencoder?: Autoencoder | undefined;
  readonly signal: AbortSignal;
  /** Told as pictures are read. */
  progress?(done: number, total: number): void;
}

/** Side at which pixels are read. */
const side = 64;
const frame: ImageFrame = {
  channels: 3,
  width: side,
  height: side,
  framing: { width: side, height: side, resize: "bilinear", fit: "cover" },
};
/** More numbers are brought to their principal components, at most so many, and no more than half of the pictures. */
const mostNumbers = 1024;
const mostComponents = 128;

/**
 * Pictures as numbers that a probe can learn from within a moment: the latent of an autoencoder, or of the pixels, by its principal components where it is long.
 * In the order of the listing. Errors: CfalignError("interrupted"), ("input") for a file that changed meanwhile.
 */
export async function picturesAsCodes(listing: Listing, options: CodesOptions): Promise<Codes> {
  const { autoencoder, signal } = options;
  const places = new Map(listing.rows.map(({ image }, at) => [image, at]));
  const size = autoencoder === undefined ? 3 * side * side : sizeOf(autoencoder.latentDims);
  const found: number[] = [];
  async function* numbers(): AsyncGenerator<Float32Array> {
    for await (const { row, values } of readPictures(listing, options)) {
      found.push(places.get(row.image) as number);
      yield values;
    }
  }
  const aside = await platform.files.temporaryFolder(new Map());
  try {
    const expected = listing.rows.length;
    await using rows = await latentRows(numbers(), {
      size,
      expected,
      aside: platform.files.join(aside.path, "latents.part"),
    });
    throwIfInterrupted(signal);
    const codes = await shortened(rows);
    const usable = listing.rows.map(() => false);
    const scale = scaleOf(codes.rows);
    const ordered = new Float64Array(expected * codes.size);
    for (const [i, at] of found.entries()) {
      usable[at] = true;
      const code = codes.rows.subarray(i * codes.size, (i + 1) * codes.size);
      ordered.set(
        code.map((value) => scale * value),
        at * codes.size,
      );
    }
    return { rows: ordered, size: codes.size, usable };
  } finally {
    await aside.release();
  }
}

interface ReadPicture {
  readonly row: LoadedImage["row"];
  readonly values: Float32Array;
}

async function* readPictures(
  listing: Listing,
  { autoencoder, signal, progress }: CodesOptions,
): AsyncGenerator<ReadPicture> {
  const total = listing.rows.length;
  if (autoencoder !== undefined) {
    const source = { autoencoder, signal };
    for await (const images of encodedImages(listing, source, { most: total, progress })) {
      for (const { row, latent } of images) yield { row, values: latent };
    }
    return;
  }
  for (let start = 0; start < total; start += width) {
    const some = listing.rows.slice(start, start + width);
    for (const { row, pixels } of await loadImages(listing, some, { autoencoder: { image: frame }, signal })) {
      if (pixels !== undefined) yield { row, values: pixels.data };
    }
    progress?.(Math.min(total, start + width), total);
  }
}

/** Rows as they are, or along their principal components. */
async function shortened(rows: Rows): Promise<{ readonly rows: Float64Array; readonly size: number }> {
  if (rows.count === 0 || rows.size <= mostNumbers) return { rows: await inDouble(rows), size: rows.size };
  await using products = await openProducts();
  const components = Math.max(1, Math.min(mostComponents, Math.floor(rows.count / 2)));
  const { mean, vectors } = await principalBasis(rows, products, { components, seed: 1 });
  const size = vectors.dims[0] as number;
  return { rows: await along(rows, { mean, vectors }, products), size };
}

async function inDouble({ count, size, blocks }: Rows): Promise<Float64Array> {
  const all = new Float64Array(count * size);
  let at = 0;
  for await (const { data } of blocks()) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}

/**
 * What brings the mean square of numbers to 1, as the penalties of a probe expect: all alike, not each by its own spread. Directions in which pictures hardly differ
 * stay small then, which from few labels is read far better than when they are whitened.
 */
function scaleOf(rows: Float64Array): number {
  const squares = rows.reduce((sum, value) => sum + value * value, 0);
  return squares === 0 ? 1 : Math.sqrt(rows.length / squares);
}

/** Rows less their mean, along the vectors of a basis, [rows, components]. */
async function along(
  { count, blocks }: Rows,
  { mean, vectors }: { readonly mean: Float64Array; readonly vectors: Tensor },
  products: Products,
): Promise<Float64Array> {
  const [components, size] = vectors.dims as [number, number];
  const across = new Float32Array(vectors.data.length);
  for (let k = 0; k < components; k++) {
    for (let i = 0; i < size; i++) across[i * components + k] = vectors.data[k * size + i] as number;
  }
  const columns: Tensor = { data: across, dims: [size, components] };
  const all = new Float64Array(count * components);
  let at = 0;
  for await (const { data, dims } of blocks()) {
    const centred = data.map((value, i) => value - (mean[i % size] as number));
    all.set((await products.times({ data: centred, dims }, columns)).data, at);
    at += (dims[0] as number) * components;
  }
  return all;
}
