import { minClearCount, type Stratum } from "./cell-state.ts";

/** What an unresolved cell is made of. */
export interface UnresolvedCell {
  readonly strata: readonly Stratum[];
  readonly minEffect: number;
  /** Images of the row that were selected. */
  readonly selected: number;
  /** Strata that have to be looked at before anything is clear, 2. */
  readonly needed?: number;
}

/**
 * About how many more images of its row an unresolved cell needs, if means stay where they are and intervals narrow with the
 * square root of the count: a stratum whose mean lies beyond ±minEffect until its interval does too (one is enough to find),
 * else both strata until their intervals lie inside; and 20 images in each. undefined where a mean lies exactly on the threshold, or a stratum that
 * has to be looked at has no image yet: nobody can say when it will.
 */
export function moreImages({ strata, minEffect, selected, needed = 2 }: UnresolvedCell): number | undefined {
  const needs = strata.flatMap(({ mean, ci, count }) => {
    if (ci === undefined) return [{ beyond: false, growth: minClearCount / count }];
    const beyond = Math.abs(mean) > minEffect;
    const gap = Math.abs(Math.abs(mean) - minEffect);
    const width = beyond === mean > 0 ? mean - ci[0] : ci[1] - mean;
    const growth = Math.max((width / gap) ** 2, minClearCount / count);
    return [{ beyond, growth }];
  });
  const finding = needs.filter(({ beyond }) => beyond).map(({ growth }) => growth);
  if (finding.length === 0 && needs.length < needed) return undefined;
  const growth = finding.length > 0 ? Math.min(...finding) : Math.max(...needs.map((need) => need.growth));
  // Not a whole image more for a rounding error.
  const more = Math.ceil(selected * (growth - 1) - 1e-6);
  return Number.isFinite(more) ? Math.max(1, more) : undefined;
}
