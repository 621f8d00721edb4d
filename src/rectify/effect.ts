import { mean } from "../statistics/moments.ts";
import type { Interval } from "../statistics/studentized.ts";

/** How one image moved under one classifier: the counterfactual of that classifier, shown to others. */
export interface Move {
  /** f(x0) − f(xλ), positive when the prediction fell. */
  readonly baseChange: number;
  /** RC (Eq. 3) by shown classifier; undefined where the base did not move. */
  readonly relativeChanges: readonly (number | undefined)[];
}

/** Relative change over a fixed set of images. */
export interface Figures {
  /** Images of the set. */
  readonly images: number;
  /** Those whose base prediction fell by more than the filter; the others are in no mean. */
  readonly used: number;
  /** Mean RC; null without a used image. */
  readonly mean: number | null;
  /** Mean |RC|: opposite signs do not cancel. */
  readonly meanAbsolute: number | null;
  /** Interval of the mean; null where it was not asked for, or for fewer than two images. */
  readonly ci: Interval | null;
}

/** The same over all images, and over those on which the other classifier's feature was present, or absent, to begin with. */
export interface Effect {
  readonly all: Figures;
  readonly present: Figures;
  readonly absent: Figures;
}

/** RC to one shown classifier, where the image is used: the base fell by more than `minBaseChange`. */
export function usedChange(move: Move, shown: number, minBaseChange: number): number | undefined {
  return move.baseChange > minBaseChange ? move.relativeChanges[shown] : undefined;
}

/** Figures of RC to one shown classifier. */
export function effectOf(
  moves: readonly Move[],
  shown: number,
  options: {
    /** By image, whether its feature was there on the reconstruction. */
    readonly present: readonly boolean[];
    readonly minBaseChange: number;
    /** Interval of a mean, where intervals are wanted. */
    readonly interval?: (values: readonly number[]) => Interval | null;
  },
): Effect {
  const { present, minBaseChange, interval = () => null } = options;
  const over = (wanted: boolean | undefined): Figures => {
    const some = moves.filter((_, image) => wanted === undefined || present[image] === wanted);
    const used = some.flatMap((move) => usedChange(move, shown, minBaseChange) ?? []);
    const none = used.length === 0;
    return {
      images: some.length,
      used: used.length,
      mean: none ? null : mean(used),
      meanAbsolute: none ? null : mean(used.map(Math.abs)),
      ci: interval(used),
    };
  };
  return { all: over(undefined), present: over(true), absent: over(false) };
}
