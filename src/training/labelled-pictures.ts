import { CfalignError } from "../base/errors.ts";
import { loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { fitImage } from "../models/fit-image.ts";
import type { ImageFrame } from "../models/types.ts";
import { width } from "../models/whole-calls.ts";
import type { Levels } from "./augment.ts";

/** Pictures of one size with their labels. */
export interface LabelledPictures {
  readonly side: number;
  readonly count: number;
  /** 8 bits a value, [count, 3, side, side]. */
  readonly pixels: Uint8Array;
  /** By picture. */
  readonly labels: readonly Readonly<Record<string, number>>[];
}

/** How pictures are read. */
export interface ReadingOptions {
  readonly side: number;
  /** What classifiers are shown: pictures are brought to it first, so that a witness learns from what it will see. */
  readonly frame: ImageFrame | undefined;
  /** Pictures at most. */
  readonly most: number;
  readonly signal: AbortSignal;
  progress?(done: number, total: number): void;
}

/** The first usable pictures of a list, squares of `side` pixels. Errors: CfalignError("interrupted"); ("input") where none can be used. */
export async function readPictures(listing: Listing, options: ReadingOptions): Promise<LabelledPictures> {
  const { side, most, signal, progress } = options;
  const square: ImageFrame = { channels: 3, width: side, height: side };
  const cover = { ...square, framing: { width: side, height: side, resize: "bilinear", fit: "cover" } } as const;
  const source = { autoencoder: { image: options.frame ?? cover }, signal };
  const total = Math.min(most, listing.rows.length);
  const size = 3 * side * side;
  const pixels = new Uint8Array(total * size);
  const labels: Readonly<Record<string, number>>[] = [];
  for (let start = 0; start < listing.rows.length && labels.length < most; start += width) {
    for (const { row, pixels: image } of await loadImages(listing, listing.rows.slice(start, start + width), source)) {
      if (image === undefined || labels.length >= most) continue;
      const { data } = await fitImage(image, square);
      const offset = labels.length * size;
      for (let i = 0; i < size; i++) {
        const level = 255 * (data[i] as number);
        pixels[offset + i] = level <= 0 ? 0 : level >= 255 ? 255 : (level + 0.5) | 0;
      }
      labels.push(row.labels);
    }
    progress?.(Math.min(labels.length, total), total);
  }
  if (labels.length === 0) {
    throw new CfalignError("input", `"${listing.folder}": expected images, found none that can be used`, {
      where: listing.folder,
    });
  }
  return { side, count: labels.length, pixels: pixels.subarray(0, labels.length * size), labels };
}

/** Mean and spread of the channels of some pictures, in [0, 1]; a spread is one grey level at least. */
export function levelsOf({ pixels, side }: LabelledPictures, pictures: readonly number[]): Levels {
  const area = side * side;
  const channels = [0, 1, 2].map((channel) => {
    let [sum, squares] = [0, 0];
    for (const picture of pictures) {
      const from = (3 * picture + channel) * area;
      for (let i = from; i < from + area; i++) {
        const value = pixels[i] as number;
        sum += value;
        squares += value * value;
      }
    }
    const mean = sum / (pictures.length * area);
    const variance = Math.max(1, squares / (pictures.length * area) - mean * mean);
    return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
  }) as [{ mean: number; std: number }, { mean: number; std: number }, { mean: number; std: number }];
  const [red, green, blue] = channels;
  return { mean: [red.mean, green.mean, blue.mean], std: [red.std, green.std, blue.std] };
}
