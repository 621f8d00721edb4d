import { row, stack } from "../base/tensor.ts";
import { firstTerm } from "../models/concept.ts";
import { isPositive } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Move } from "./effect.ts";
import { at } from "./fit.ts";
import { movesOf, type Subject } from "./moves.ts";
import type { RectifySettings } from "./options.ts";
import type { Pool, PoolImage } from "./pool.ts";
import { type Split, splits } from "./split.ts";

/** The images of a target: fixed once, by the original, so that before and after speak of the same ones. */
export interface FixedSet {
  readonly images: readonly PoolImage[];
  readonly subjects: readonly Subject[];
  /** Images by split, as places in `images`. */
  readonly places: Readonly<Record<Split, readonly number[]>>;
  /** By image, whether a classifier calls its reconstruction positive. */
  present(classifier: Classifier): readonly boolean[];
  /** Counterfactuals of a base on some of the images, shown to some classifiers. */
  measure(base: Classifier, places: readonly number[], shown: readonly Classifier[]): Promise<readonly Move[]>;
  /** Counterfactuals made so far. */
  made(): number;
}

/** Images that a target calls positive on their reconstruction (a sum: its first term), in the order of the pool, at most `limit`. */
export function positives(
  target: Classifier,
  images: readonly PoolImage[],
  limit: number | null,
): readonly PoolImage[] {
  const decider = firstTerm(target);
  const positive = images.filter(({ onReconstruction }) => isPositive(decider, onReconstruction));
  return positive.slice(0, limit ?? positive.length);
}

/** The fixed set of a target, its reconstructions decoded. */
export async function fixedSet(
  target: Classifier,
  pool: Pool,
  options: { readonly autoencoder: Autoencoder; readonly settings: RectifySettings; readonly signal: AbortSignal },
): Promise<FixedSet> {
  const { autoencoder, settings, signal } = options;
  const images = positives(target, pool.images, settings.limit);
  const decoded = images.length === 0 ? undefined : await autoencoder.decode(stack(images.map(({ latent }) => latent)));
  const subjects = images.flatMap(({ latent, key, onReconstruction }, place): Subject[] =>
    decoded === undefined
      ? []
      : [
          {
            latent,
            key,
            reconstruction: row(decoded, place),
            outputs: onReconstruction,
            latentScale: pool.latentScale,
          },
        ],
  );
  const inSplit = (split: Split) => images.flatMap((image, place) => (image.split === split ? [place] : []));
  let made = 0;
  return {
    images,
    subjects,
    places: Object.fromEntries(splits.map((split) => [split, inSplit(split)])) as Record<Split, number[]>,
    present: (classifier) => images.map(({ onReconstruction }) => isPositive(classifier, onReconstruction)),
    measure(base, places, shown) {
      made += places.length;
      return movesOf(base, at(subjects, places), shown, { autoencoder, search: settings, signal });
    },
    made: () => made,
  };
}
