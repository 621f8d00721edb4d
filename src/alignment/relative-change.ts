import type { BeforeAfter } from "../counterfactual/types.ts";

/**
 * RC = [f_d(xλ) − f_d(x0)] / [f_b(xλ) − f_b(x0)] (Eq. 3): how far a downstream prediction moved for one unit of the base's.
 * undefined where the base did not move; the only place that divides.
 */
export function relativeChange(base: BeforeAfter, downstream: BeforeAfter): number | undefined {
  const moved = base.after - base.before;
  const change = (downstream.after - downstream.before) / moved;
  return moved === 0 || !Number.isFinite(change) ? undefined : change;
}
