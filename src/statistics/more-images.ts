import t from "@stdlib/stats-base-dists-t";
import { minClearCount, type Stratum } from "./cell-state.ts";

/** Degrees of freedom at which Student's t is the normal distribution to float64. */
const normal = 1e12;

/** What an unresolved cell is made of. */
export interface UnresolvedCell {
  /** With the two-sided p of each, where p and not the interval alone decides what is found. */
  readonly strata: readonly (Stratum & { readonly pValue?: number })[];
  readonly minEffect: number;
  /** Images of the row that were selected. */
  readonly selected: number;
  /** Two-sided p at which a stratum would be found, once all that was asked is corrected for. */
  readonly findAt?: number;
  /** Strata that have to be looked at before anything is clear, 2. */
  readonly needed?: number;
}

/**
 * About how many more images of its row an unresolved cell needs, if means stay where they are and intervals narrow with the
 * square root of the count: a stratum whose mean lies beyond ±minEffect until its interval does too, or its p reaches `findAt` (one is enough to find),
 * else both strata until their intervals lie inside; and 20 images in each. undefined where a mean lies exactly on the threshold, or a stratum that
 * has to be looked at has no image yet: nobody can say when it will.
 */
export function moreImages({ strata, minEffect, selected, findAt, needed = 2 }: UnresolvedCell): number | undefined {
  const needs = strata.flatMap(({ mean, ci, count, pValue }) => {
    if (ci === undefined) return [{ beyond: false, growth: minClearCount / count }];
    const beyond = Math.abs(mean) > minEffect;
    const gap = Math.abs(Math.abs(mean) - minEffect);
    const width = beyond === mean > 0 ? mean - ci[0] : ci[1] - mean;
    const ratio =
      beyond && findAt !== undefined && pValue !== undefined ? deviate(findAt) / deviate(pValue) : width / gap;
    const growth = Math.max(ratio ** 2, minClearCount / count);
    return [{ beyond, growth }];
  });
  const finding = needs.filter(({ beyond }) => beyond).map(({ growth }) => growth);
  if (finding.length === 0 && needs.length < needed) return undefined;
  const growth = finding.length > 0 ? Math.min(...finding) : Math.max(...needs.map((need) => need.growth));
  // Not a whole image more for a rounding error.
  const more = Math.ceil(selected * (growth - 1) - 1e-6);
  return Number.isFinite(more) ? Math.max(1, more) : undefined;
}

/** Standard deviations of a normal distribution beyond which lies so much, on both sides together. */
function deviate(pValue: number): number {
  return -t.quantile(pValue / 2, normal);
}
