import { platform } from "#platform";
import { CfalignError } from "../../../src/base/errors.ts";
import { readIdx } from "./idx.ts";

/** Width and height of a garment in the data set. */
export const GARMENT_SIZE = 28;

/** Photographs of garments in grey, on black. */
export interface Wardrobe {
  readonly count: number;
  /** Brightness 0 … 255 of garment i, 28 × 28. */
  pixels(index: number): Uint8Array;
  /** Class 0 … 9 of garment i. */
  kind(index: number): number;
}

/** What a classifier may be asked of a garment, by the classes of Fashion-MNIST that have it. */
const kindsOf = {
  long_sleeves: [2, 4, 6],
  trousers: [1],
  dress: [3],
  bag: [8],
  footwear: [5, 7, 9],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** Targets that are classes of garments. */
export const GARMENTS = Object.keys(kindsOf) as readonly Garment[];
export type Garment = keyof typeof kindsOf;

/** Whether a class has a target. */
export function isA(kind: number, garment: Garment): boolean {
  return (kindsOf[garment] as readonly number[]).includes(kind);
}

/**
 * Reads one part of Fashion-MNIST, "train" (60,000) or "t10k" (10,000), from the folder with its four IDX files.
 * Errors: CfalignError("input") for files of other sizes.
 */
export async function readWardrobe(folder: string, part: "train" | "t10k"): Promise<Wardrobe> {
  const path = (name: string): string => platform.files.join(folder, `${part}-${name}-ubyte.gz`);
  const [images, labels] = await Promise.all([readIdx(path("images-idx3")), readIdx(path("labels-idx1"))]);
  const [count = 0, ...size] = images.dims;
  if (size.join() !== `${GARMENT_SIZE},${GARMENT_SIZE}` || labels.dims.join() !== String(count)) {
    throw new CfalignError(
      "input",
      `${folder}: expected garments of ${GARMENT_SIZE} × ${GARMENT_SIZE} with a label each, got ${images.dims.join(" × ")} and ${labels.dims.join(" × ")} labels`,
      { where: folder },
    );
  }
  const area = GARMENT_SIZE * GARMENT_SIZE;
  return {
    count,
    pixels: (index) => images.data.subarray(index * area, (index + 1) * area),
    kind: (index) => labels.data[index] as number,
  };
}
