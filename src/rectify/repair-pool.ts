import { stack, type Tensor } from "../base/tensor.ts";
import { loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { hasPrediction, type Outputs, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import type { NoLayer } from "../onnx/last-layer.ts";
import type { ListingRow } from "../results/schema.ts";
import type { Label } from "./groups.ts";
import type { Layer, ReadNumbers } from "./layer.ts";
import { type Split, splitOf } from "./split.ts";

/** Images that are read and shown at a time. */
const chunk = 64;
/** Label values, and predictions, above it mean yes. */
const half = 0.5;

/** A picture as often as it is needed afterwards: not its pixels. */
export interface RepairPicture {
  readonly row: ListingRow;
  readonly split: Split;
  /** Outputs of every model that was asked for. */
  readonly outputs: Outputs;
}

/** A layer whose numbers are wanted, for one of its rows. */
export interface WantedNumbers {
  readonly layer: Layer;
  readonly row: number;
}

export interface RepairPool {
  readonly pictures: readonly RepairPicture[];
  /** By what was wanted, and picture; or why it cannot be had. */
  readonly numbers: readonly (readonly ReadNumbers[] | NoLayer)[];
  readonly dropped: Readonly<Record<string, number>>;
}

/** Reads pictures once, in the order of a listing, and keeps what models say of them and what last layers read. */
export async function readRepairPool(
  listing: Listing,
  request: {
    readonly autoencoder: Autoencoder;
    readonly models: readonly ClassifierModel[];
    readonly wanted: readonly WantedNumbers[];
    readonly seed: number;
    readonly most: number | null;
    progress(done: number, total: number): void;
    readonly signal: AbortSignal;
  },
): Promise<RepairPool> {
  const { autoencoder, models, wanted, seed, most, signal } = request;
  const rows = listing.rows.slice(0, most ?? listing.rows.length);
  const pictures: RepairPicture[] = [];
  const numbers: (ReadNumbers[] | NoLayer)[] = wanted.map(() => []);
  const dropped: Record<string, number> = {};
  for (let start = 0; start < rows.length; start += chunk) {
    const usable: { readonly row: ListingRow; readonly pixels: Tensor }[] = [];
    const some = rows.slice(start, start + chunk);
    for (const [index, { row, pixels }] of (await loadImages(listing, some, { autoencoder, signal })).entries()) {
      if (pixels !== undefined) usable.push({ row: some[index] as ListingRow, pixels });
      else if (row.dropReason !== null) dropped[row.dropReason] = (dropped[row.dropReason] ?? 0) + 1;
    }
    if (usable.length === 0) continue;
    const images = stack(usable.map(({ pixels }) => pixels));
    const outputs = await outputsOf(models, images);
    pictures.push(
      ...usable.map(({ row }, index) => ({ row, split: splitOf(seed, row.sha256 as string), outputs: outputs(index) })),
    );
    for (const layer of new Set(wanted.map((each) => each.layer))) {
      const own = [...wanted.entries()].filter(([, each]) => each.layer === layer);
      const read = await layer.read(
        images,
        own.map(([, { row }]) => row),
      );
      for (const [place, [index]] of own.entries()) {
        const held = numbers[index] as ReadNumbers[] | NoLayer;
        if ("refused" in read) numbers[index] = read;
        else if (!("refused" in held)) held.push(...(read[place] as readonly ReadNumbers[]));
      }
    }
    request.progress(Math.min(rows.length, start + chunk), rows.length);
  }
  return { pictures, numbers, dropped };
}

/** What is known of a concept on some pictures, and from whom: their labels, or a classifier. */
export interface Told {
  /** undefined where nobody knows. */
  readonly labels: readonly (Label | undefined)[];
  readonly by: string;
}

/** Labels of a concept where pictures have such, else what a classifier says; undefined where there is neither. */
export function toldOf(
  concept: string,
  pictures: readonly RepairPicture[],
  teller: Classifier | undefined,
): Told | undefined {
  if (pictures.some(({ row }) => row.labels[concept] !== undefined)) {
    const labels = pictures.map(({ row }) => labelOf(row.labels[concept]));
    return { labels, by: "labels" };
  }
  if (teller === undefined) return undefined;
  const labels = pictures.map(({ outputs }) =>
    hasPrediction(teller, outputs) ? labelOf(predictionOf(teller, outputs)) : undefined,
  );
  return { labels, by: teller.name };
}

function labelOf(value: number | undefined): Label | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value > half ? 1 : 0;
}
