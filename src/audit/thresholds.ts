import type { RunData } from "../results/run-data.ts";
import { maxFalseDiscovery, minClearCount, minFoundCount } from "../statistics/cell-state.ts";
import { alphaOfLook } from "../statistics/looks.ts";

/** What a cell's figures are held against. */
export interface Thresholds {
  /** Images below which a stratum is not judged at all. */
  readonly minCount: number;
  /** q up to which a cell is found. */
  readonly maxFalseDiscovery: number;
  /** Share of a base's fall below which it does not survive a perturbation. */
  readonly minSurvival: number;
  /** Explained part of a direction below which a feature that no concept knows may be at work. */
  readonly minExplained: number;
}

/** The same for every run; how many images and which q are not. */
export const thresholds: Pick<Thresholds, "minSurvival" | "minExplained"> = {
  minSurvival: 0.5,
  minExplained: 0.7,
};

/** Thresholds of a run: rows that stop when they are resolved are looked at several times, and each look may err less. */
export function thresholdsOf({
  options: { untilResolved = false },
}: {
  readonly options: Partial<Pick<RunData["options"], "untilResolved">>;
}): Thresholds {
  return {
    ...thresholds,
    minCount: untilResolved ? minClearCount : minFoundCount,
    maxFalseDiscovery: untilResolved ? alphaOfLook(maxFalseDiscovery) : maxFalseDiscovery,
  };
}
