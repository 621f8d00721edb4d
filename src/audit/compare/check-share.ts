import type { OptionNames } from "../../base/errors.ts";
import { type CheckFigures, type CheckItem, noFigures } from "../../results/check-item.ts";
import type { RunData } from "../../results/run-data.ts";
import { minFoundCount } from "../../statistics/cell-state.ts";
import { type ConceptShare, type Decomposition, decompose } from "../../statistics/decompose.ts";
import { moreImages } from "../../statistics/more-images.ts";
import { noDirectionWords, type ShareReason, shareCheckWords } from "../../words/check-share.ts";
import { aboutConcept } from "../cells/concepts.ts";
import { type DirectionProducts, directionProducts } from "../decomposition/decomposition.ts";
import { thresholds } from "../thresholds.ts";
import { type Bound, openItem } from "./bound.ts";
import { isAbout } from "./covered.ts";

/** What a share is judged with. */
export interface ShareJudge {
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
  /** What options are called in sentences. */
  readonly named: OptionNames;
}

/**
 * Holds the share of a concept in a base's direction against a bound: failed where its interval lies beyond and its sign does not depend on α,
 * passed where the interval lies within, else unresolved. The share of collinear concepts is not determined one by one, and left open.
 */
export function checkShare(
  { run, blind }: { readonly run: RunData; readonly blind: ReadonlySet<string> },
  bound: Bound,
  judge: ShareJudge,
): CheckItem {
  const found = findShare(run, bound, judge);
  if (found === undefined) return withoutDirection(bound);
  const { decomposition, share, together } = found;
  const { count } = decomposition;
  const figures: CheckFigures = { mean: share.share, ci: share.ci === undefined ? null : [...share.ci], count };
  const reason = together.length > 1 ? "collinear" : openReason(share, bound, count, blind.has(bound.downstream));
  const beyond = isBeyond(share, bound);
  const verdict = reason === null ? (beyond ? "failed" : "passed") : "unresolved";
  const more = reason === "too-few" || reason === "straddles" ? imagesNeeded(figures, bound) : undefined;
  return {
    ...openItem(bound, "share"),
    verdict,
    reason,
    moreImages: more ?? null,
    share: figures,
    sentence: shareCheckWords({
      ...{ figures, verdict, reason, bound, together, more, named: judge.named },
      explained: decomposition.explained.value,
      minExplained: thresholds.minExplained,
    }),
  };
}

interface FoundShare {
  readonly decomposition: Decomposition;
  readonly share: ConceptShare;
  /** Concepts of its group. */
  readonly together: readonly string[];
}

/** The share that a bound of the run is about; undefined where the base has no direction. */
function findShare(run: RunData, { base, downstream }: Bound, judge: ShareJudge): FoundShare | undefined {
  const products = directionProducts(run).find((one) => one.base === base);
  const concepts = (products?.concepts ?? []).map((classifier) => aboutConcept(run, classifier));
  const place = concepts.findIndex((about) => isAbout(about, downstream));
  const names = concepts.map(({ concept }) => concept);
  const decomposition = products && decomposed(products, judge);
  if (decomposition === undefined || place < 0) return undefined;
  const share = decomposition.shares[place] as ConceptShare;
  const together = names.filter((_, other) => decomposition.shares[other]?.group === share.group);
  return { decomposition, share, together };
}

/** The check of a base without a direction: no image, or no gradient. */
function withoutDirection(bound: Bound): CheckItem {
  return {
    ...openItem(bound, "share"),
    reason: "no-direction",
    share: noFigures,
    sentence: noDirectionWords(bound.base),
  };
}

function decomposed(
  { grams, concepts }: DirectionProducts,
  { confidence, resamples, seed }: ShareJudge,
): Decomposition | undefined {
  return decompose(grams, { base: 0, concepts: concepts.map((_, index) => index + 1), confidence, resamples, seed });
}

function isBeyond({ ci }: ConceptShare, { low, high }: Bound): boolean {
  return ci !== undefined && (ci[0] > high || ci[1] < low);
}

/** Why a share of its own does not decide; null where it does. */
function openReason(
  share: ConceptShare,
  bound: Bound,
  count: number,
  blind: boolean,
): Exclude<ShareReason, "collinear"> | null {
  const { ci, signAgrees } = share;
  if (ci === undefined || count < minFoundCount) return "too-few";
  if (isBeyond(share, bound)) return signAgrees ? null : "shrinkage";
  if (blind) return "blind";
  return ci[0] > bound.low && ci[1] < bound.high ? null : "straddles";
}

function imagesNeeded({ mean, ci, count }: CheckFigures, { low, high }: Bound): number | undefined {
  if (mean === null || ci === null) return undefined;
  const middle = (low + high) / 2;
  const interval = [ci[0] - middle, ci[1] - middle] as const;
  const strata = [{ name: "present" as const, mean: mean - middle, ci: interval, count }];
  return moreImages({ strata, minEffect: (high - low) / 2, selected: count, needed: 1 });
}
