import { countedApart } from "../alignment/arrival.ts";
import type { StopReason } from "../counterfactual/types.ts";
import { mean } from "../statistics/moments.ts";
import type { Interval } from "../statistics/studentized.ts";

/** How one image moved under one classifier: the counterfactual of that classifier, shown to others. */
export interface Move {
  /** f(x0) − f(xλ), positive when the prediction fell. */
  readonly baseChange: number;
  readonly stopReason: StopReason;
  /** Whether it is in no mean: a limit of the search stopped it before the drop, and most of those measured with it arrived. */
  readonly apart: boolean;
  /** RC (Eq. 3) by shown classifier; undefined where the base did not move. */
  readonly relativeChanges: readonly (number | undefined)[];
}

/** Relative change over a fixed set of images. */
export interface Figures {
  /** Images of the set. */
  readonly images: number;
  /** Those whose base prediction fell by more than the filter, and that are not counted apart; the others are in no mean. */
  readonly used: number;
  /** Those that fell as much, and are counted apart. */
  readonly apart: number;
  /** Mean RC; null without a used image. */
  readonly mean: number | null;
  /** Mean |RC|: opposite signs do not cancel. */
  readonly meanAbsolute: number | null;
  /** Interval of the mean; null where it was not asked for, or for fewer than two images. */
  readonly ci: Interval | null;
}

/** The same over all images, and over those on which the other classifier's feature was present, or absent, to begin with. */
export interface Strata {
  readonly all: Figures;
  readonly present: Figures;
  readonly absent: Figures;
}

/** What a classifier does to another one. */
export interface Effect extends Strata {
  /** The same with the images that are counted apart, where there are such: they can prove no repair, but they can speak against one. */
  readonly withCut?: Strata | undefined;
}

/** Says anew which of some moves of one base are counted apart, as `align` does: all that are known of it decide (docs/statistics.md). */
export function apartAmong(moves: readonly Omit<Move, "apart">[], drop: number): readonly Move[] {
  const apart = countedApart(moves, drop);
  return moves.map((move, index) => ({ ...move, apart: apart[index] === true }));
}

/** Whether the base fell by more than the filter, which images do as well that are counted apart. */
export function hasMoved({ baseChange }: Pick<Move, "baseChange">, minBaseChange: number): boolean {
  return baseChange > minBaseChange;
}

/** RC to one shown classifier, where the image is used: the base fell by more than `minBaseChange`, and the image is not counted apart. */
export function usedChange(move: Move, shown: number, minBaseChange: number): number | undefined {
  return hasMoved(move, minBaseChange) && !move.apart ? move.relativeChanges[shown] : undefined;
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
  const cut = (move: Move): boolean => move.apart && hasMoved(move, minBaseChange);
  const over = (wanted: boolean | undefined, withCut: boolean): Figures => {
    const some = moves.filter((_, image) => wanted === undefined || present[image] === wanted);
    const used = some.flatMap(
      (move) => usedChange(withCut ? { ...move, apart: false } : move, shown, minBaseChange) ?? [],
    );
    const none = used.length === 0;
    return {
      images: some.length,
      used: used.length,
      apart: some.filter(cut).length,
      mean: none ? null : mean(used),
      meanAbsolute: none ? null : mean(used.map(Math.abs)),
      ci: interval(used),
    };
  };
  const strata = (withCut: boolean): Strata => ({
    all: over(undefined, withCut),
    present: over(true, withCut),
    absent: over(false, withCut),
  });
  return { ...strata(false), ...(moves.some(cut) ? { withCut: strata(true) } : {}) };
}
