import t from "@stdlib/stats-base-dists-t";
import { atMost } from "./binomial.ts";
import { maxRareUse as defaultMaxRareUse, minClearCount, type Stratum } from "./cell-state.ts";

/** Degrees of freedom at which Student's t is the normal distribution to float64. */
const normal = 1e12;

/** Times its images beyond which nobody waits for a stratum. */
const mostGrowth = 1000;

/** What an unresolved cell is made of. */
export interface UnresolvedCell {
  /** With the p of each, where p and not the interval alone decides: two-sided of an effect, one-sided of equivalence. */
  readonly strata: readonly (Stratum & { readonly pValue?: number; readonly equivalence?: number })[];
  readonly minEffect: number;
  /** Images of the row that were selected. */
  readonly selected: number;
  /** Two-sided p at which a stratum would be found, once all that was asked is corrected for. */
  readonly findAt?: number;
  /** One-sided p of equivalence at which a stratum would be clear, corrected like it. */
  readonly clearAt?: number;
  /** Of the largest share that answers, 0.95. */
  readonly confidence?: number;
  /** As for `cellState`. */
  readonly maxRareUse?: number;
  /** Strata that have to be looked at before anything is clear, 2. */
  readonly needed?: number;
}

/**
 * About how many more images of its row an unresolved cell needs, if means stay where they are and intervals narrow with the
 * square root of the count: a stratum whose mean lies beyond ±minEffect until its interval does too, or its p reaches `findAt` (one is enough to find),
 * else both strata until their intervals lie inside and a rare use is excluded; and 20 images in each. undefined where a mean lies exactly on the threshold, or a stratum that
 * has to be looked at has no image yet: nobody can say when it will.
 */
export function moreImages({ strata, minEffect, selected, needed = 2, ...asked }: UnresolvedCell): number | undefined {
  const needs = strata.map((stratum) => {
    const { mean, ci, count, pValue, equivalence } = stratum;
    if (ci === undefined) return { beyond: false, growth: minClearCount / count };
    const beyond = Math.abs(mean) > minEffect;
    const gap = Math.abs(Math.abs(mean) - minEffect);
    const width = beyond === mean > 0 ? mean - ci[0] : ci[1] - mean;
    const ratio = beyond
      ? (ratioOfDeviates(asked.findAt, pValue) ?? width / gap)
      : Math.max(width / gap, ratioOfDeviates(twice(asked.clearAt), twice(equivalence)) ?? 0);
    const growth = Math.max(ratio ** 2, minClearCount / count, beyond ? 0 : growthToExclude(stratum, asked));
    return { beyond, growth };
  });
  const finding = needs.filter(({ beyond }) => beyond).map(({ growth }) => growth);
  if (finding.length === 0 && needs.length < needed) return undefined;
  const growth = finding.length > 0 ? Math.min(...finding) : Math.max(...needs.map((need) => need.growth));
  // Not a whole image more for a rounding error.
  const more = Math.ceil(selected * (growth - 1) - 1e-6);
  return Number.isFinite(more) ? Math.max(1, more) : undefined;
}

function twice(pValue: number | undefined): number | undefined {
  return pValue === undefined ? undefined : Math.min(1, 2 * pValue);
}

/** How many times as many standard errors a mean has to lie off for a two-sided p that is wanted as for the one that it has. */
function ratioOfDeviates(wanted: number | undefined, now: number | undefined): number | undefined {
  if (wanted === undefined || now === undefined) return undefined;
  const deviate = (pValue: number): number => -t.quantile(pValue / 2, normal);
  return now === 0 ? 0 : deviate(wanted) / deviate(now);
}

/** How many times its images a stratum needs to exclude a rare use, if as large a share of them answers; infinite where that share is too large. */
function growthToExclude(
  { count, rareUse }: Stratum,
  { confidence = 0.95, maxRareUse = defaultMaxRareUse }: Pick<UnresolvedCell, "confidence" | "maxRareUse">,
): number {
  if (rareUse === undefined || maxRareUse >= 1) return 0;
  const share = rareUse.count / count;
  const excluded = (images: number): boolean =>
    atMost(Math.round(share * images), images, maxRareUse) <= 1 - confidence;
  for (let images = count; images < mostGrowth * count; images = Math.ceil(1.01 * images)) {
    if (excluded(images)) return images / count;
  }
  return Number.POSITIVE_INFINITY;
}
