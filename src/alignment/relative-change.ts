import type { BeforeAfter } from "../counterfactual/types.ts";

/** Fall of the base from which a relative change is worth a number, unless told otherwise: below it noise is divided by nearly nothing. */
export const leastBaseChange = 0.3;

/**
 * RC = [f_d(xλ) − f_d(x0)] / [f_b(xλ) − f_b(x0)] (Eq. 3): how far a downstream prediction moved for one unit of the base's.
 * undefined where the base did not move, or did not fall by more than `least` where that is above 0; the only place that divides.
 */
export function relativeChange(base: BeforeAfter, downstream: BeforeAfter, least = 0): number | undefined {
  const moved = base.after - base.before;
  if (least > 0 && !(-moved > least)) return undefined;
  const change = (downstream.after - downstream.before) / moved;
  return moved === 0 || !Number.isFinite(change) ? undefined : change;
}
