import type { Random } from "../base/random.ts";
import { type AugmentationOptions, drawAugmentation, type Levels, writePicture } from "./augment.ts";
import type { LabelledPictures } from "./labelled-pictures.ts";
import { sharesOf } from "./recipe.ts";
import type { Batch } from "./step.ts";

/** What batches are made of. */
export interface BatchSource {
  readonly pictures: LabelledPictures;
  readonly targets: readonly string[];
  /** Pictures by their place. */
  readonly learned: readonly number[];
  readonly levels: Levels;
  readonly augmentation: AugmentationOptions;
  /** Pictures of a batch. */
  readonly batch: number;
  /** Batches that were made before, 0: the next is the one after them. */
  readonly skip?: number;
}

/** Batches without end: every picture once, in an order of its own each time, across the ends of batches. */
export function batchesOf(
  { pictures, targets, learned, levels, batch, augmentation, skip = 0 }: BatchSource,
  random: Random,
): () => Batch {
  const { side, pixels } = pictures;
  const each = 3 * side * side;
  const shares = sharesOf(
    targets.map((target) => learned.map((one) => pictures.labels[one]?.[target])),
    batch,
  );
  const order = random.fork("order");
  const changes = random.fork("changes");
  let waiting: number[] = [];
  // Written anew for every batch, so that there is one of it.
  const values = new Float32Array(batch * each);
  const drawn = () => {
    while (waiting.length < batch) waiting.push(...order.shuffle(learned));
    const chosen = waiting.slice(0, batch);
    waiting = waiting.slice(batch);
    return chosen.map((picture) => ({ picture, change: drawAugmentation(changes, side, augmentation) }));
  };
  for (let skipped = 0; skipped < skip; skipped++) drawn();
  return () => {
    const labels = new Float32Array(batch * targets.length);
    const weights = new Float32Array(batch * targets.length);
    drawn().forEach(({ picture, change }, i) => {
      const own = pixels.subarray(picture * each, (picture + 1) * each);
      writePicture(values.subarray(i * each, (i + 1) * each), own, side, { levels, change });
      targets.forEach((target, column) => {
        const label = pictures.labels[picture]?.[target];
        if (label === undefined) return;
        labels[i * targets.length + column] = label;
        weights[i * targets.length + column] = shares[column]?.[label as 0 | 1] as number;
      });
    });
    return {
      pictures: { data: values, dims: [batch, 3, side, side] },
      labels: { data: labels, dims: [batch, targets.length] },
      importance: { data: weights, dims: [batch, targets.length] },
    };
  };
}
