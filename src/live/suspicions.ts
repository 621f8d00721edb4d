import { thresholdsOf } from "../audit/thresholds.ts";
import type { Cell, Matrix } from "../results/matrix-schema.ts";
import { atMost } from "../statistics/binomial.ts";
import { maxFalseDiscovery, maxRareUse, minFoundCount } from "../statistics/cell-state.ts";
import { alphaOfLook } from "../statistics/looks.ts";

/** Pictures that a verdict on one cell takes at the least, of those that its base calls positive. */
export interface LeastPictures {
  /** With the feature, or without it, for the cell to be found. */
  readonly found: number;
  /** With the feature, and as many without it, for the cell to be clear. */
  readonly clear: number;
}

/** What a verdict of an audit takes that one watches: each of its looks may err less than a single one. */
export function leastPictures(): LeastPictures {
  const { minCount } = thresholdsOf({ options: { untilResolved: true } });
  let clear = minCount;
  // As many as exclude a use on a tenth of all where none of them answers.
  while (atMost(0, clear, maxRareUse) > alphaOfLook(maxFalseDiscovery)) clear++;
  return { found: minCount, clear };
}

/** What an audit has found, and then what it points at without having settled it, the largest first. */
export function suspicionsIn({ cells, minEffect }: Pick<Matrix, "cells" | "minEffect">): readonly Cell[] {
  const size = ({ deciding }: Cell): number => Math.abs(deciding.mean ?? 0);
  const points = (cell: Cell): boolean =>
    cell.state === "unresolved" && size(cell) > minEffect && cell.deciding.count >= minFoundCount;
  const bySize = (some: readonly Cell[]): Cell[] => some.toSorted((a, b) => size(b) - size(a));
  return [...bySize(cells.filter(({ state }) => state === "found")), ...bySize(cells.filter(points))].slice(0, 4);
}
