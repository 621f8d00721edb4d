import type { StopReason } from "../counterfactual/types.ts";

/** What a search says of how it ended. */
interface Ended {
  readonly stopReason: StopReason;
  /** f_b(x0) − f_b(xλ), positive when the prediction fell. */
  readonly baseChange: number;
}

/** Ends that a limit of the search set, not the prediction. */
const limits: ReadonlySet<StopReason> = new Set(["shift-limit", "lambda-limit", "pixel-limit", "not-reached"]);
/** Ends at which the prediction is as low as was asked for, or as this way makes it. */
const arrivals: ReadonlySet<StopReason> = new Set(["dropped", "floor", "rebounded"]);

/**
 * Which counterfactuals of one base are counted apart, by place: those that a limit of the search stopped before the drop, where more arrived
 * than were stopped. Their way is the longest that was allowed and their fall the smallest, so that their relative change is another quantity:
 * what the long way moves is divided by less (docs/statistics.md). Where most were stopped, they are what the row is about, and none is apart.
 */
export function countedApart(counterfactuals: readonly Ended[], drop: number): readonly boolean[] {
  const cut = counterfactuals.map(({ stopReason, baseChange }) => limits.has(stopReason) && baseChange < drop);
  const stopped = cut.filter(Boolean).length;
  const arrived = counterfactuals.filter(({ stopReason }, index) => arrivals.has(stopReason) && !cut[index]).length;
  return arrived > stopped ? cut : cut.map(() => false);
}
