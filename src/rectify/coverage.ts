import { hasMoved, type Move } from "./effect.ts";

/** Share of the present images that must still be used: a coefficient can hide a bias by making the biased images unusable. */
export const keptCoverage = 0.8;

/**
 * How many images that have the feature move enough to be used, before and after, also where the search's limit stopped them. Images that the target corrects are in neither count:
 * the feature alone made the original call them positive, so that a repair leaves nothing to lower there.
 */
export interface Coverage {
  /** Images with the feature that were used before and are corrected. */
  readonly corrected: number;
  /** The others that were used before. */
  readonly before: number;
  /** The others that are used after. */
  readonly after: number;
}

/** Counts of one feature over some images: moves, and by image whether the feature is present and the image corrected. */
export function coverageOf(
  moves: { readonly before: readonly Move[]; readonly after: readonly Move[] },
  present: readonly boolean[],
  corrected: readonly boolean[],
  minBaseChange: number,
): Coverage {
  const used = (of: readonly Move[], wanted: boolean): number =>
    of.filter((move, image) => present[image] === true && corrected[image] === wanted && hasMoved(move, minBaseChange))
      .length;
  return {
    corrected: used(moves.before, true),
    before: used(moves.before, false),
    after: used(moves.after, false),
  };
}

/** Share of the images that count which are still used; 1 where there were none. */
export function keptShare({ before, after }: Coverage): number {
  return before === 0 ? 1 : after / before;
}

/** Whether enough present images are still used. */
export function keepsCoverage(coverage: Coverage): boolean {
  return keptShare(coverage) >= keptCoverage;
}
