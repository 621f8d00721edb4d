import { minFoundCount } from "../statistics/cell-state.ts";
import type { Interval } from "../statistics/studentized.ts";
import type { Effect, Figures } from "./effect.ts";

/** What came of an attempt to rectify a classifier against a feature, best first. */
export const verdicts = [
  "rectified",
  "nothing to rectify",
  "unresolved",
  "not measurable",
  "no coefficient helps",
] as const;
export type Verdict = (typeof verdicts)[number];

/** Share of the present images used before that must still be used: a coefficient can hide a bias by making the biased images unusable. */
export const keptCoverage = 0.8;
/** Share of mean |RC| that may be left. */
const leftShare = 0.5;

/** What a verdict is decided from. */
export interface Evidence {
  /** Under the original target, on train. */
  readonly trainBefore: Effect;
  /** Whether the coefficient, or another one, helps on train. */
  readonly helps: boolean;
  /** Where none does: a coefficient that would if it did not lose the present images. */
  readonly losing?: { readonly coefficient: number; readonly effect: Effect };
  /** On test, before and after; absent where nothing was fitted. */
  readonly test?: {
    readonly before: Effect;
    readonly after: Effect;
    /** Mean of |RC| before − |RC| after over the images used under both, with its interval. */
    readonly reduction: { readonly value: number; readonly ci: Interval } | null;
  };
  /** Smallest relative change that matters. */
  readonly minEffect: number;
}

/** A verdict, and why, in one sentence. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** Whether enough present images are still used. */
export function keepsCoverage(before: Effect, after: Effect): boolean {
  return after.present.used >= keptCoverage * before.present.used;
}

/**
 * Whether a coefficient halves mean |RC| without dilution. RC under f + c·g tends to 1/c however much f + c·g uses the
 * feature: with the sign of RC, c adds the feature; with the other, a large c turns the use around. Neither is a repair.
 */
export function halves(before: Effect, after: Effect, coefficient: number, minEffect: number): boolean {
  const [was, is] = [before.all.meanAbsolute, after.all.meanAbsolute];
  const opposes = (before.all.mean ?? 0) * coefficient < 0;
  return was !== null && is !== null && is <= leftShare * was && opposes && !isTurned(before, after, minEffect);
}

/** Whether a coefficient halves mean |RC| and keeps the coverage of present images. */
export function helps(before: Effect, after: Effect, coefficient: number, minEffect: number): boolean {
  return halves(before, after, coefficient, minEffect) && keepsCoverage(before, after);
}

/** Whether mean RC has the other sign now, by more than the smallest effect that matters. */
function isTurned(before: Effect, after: Effect, minEffect: number): boolean {
  return Math.sign(before.all.mean ?? 0) * (after.all.mean ?? 0) < -minEffect;
}

/** Whether there is nothing to repair: every stratum of at least ten used images has its interval inside ±minEffect. */
export function isClear({ present, absent }: Effect, minEffect: number): boolean {
  const judged = [present, absent].filter(({ used, ci }) => used >= minFoundCount && ci !== null);
  return judged.length > 0 && judged.every(({ ci }) => ci !== null && ci[0] > -minEffect && ci[1] < minEffect);
}

/** Whether so few images move that nothing can be said. */
export function isTooFew(figures: Figures): boolean {
  return figures.used < minFoundCount;
}

/**
 * The verdict on one target and one feature, by the first rule that holds. `rectified`: on test, which neither the fit nor
 * its end saw, mean |RC| is at most half, the interval of its reduction lies above 0, and at least 80 % of the present
 * images used before are still used.
 */
export function judge({ trainBefore, helps, losing, test, minEffect }: Evidence): Judgement {
  if (isTooFew(trainBefore.all)) {
    return not(`only ${trainBefore.all.used} of ${trainBefore.all.images} training images moved the target enough`);
  }
  if (isClear(trainBefore, minEffect)) {
    return {
      verdict: "nothing to rectify",
      reason: `relative change is within ±${minEffect} before, whether the feature is present or absent`,
    };
  }
  if (!helps || test === undefined) {
    const none = "no coefficient from -2 to 2 halves mean |RC| on train";
    const used = `${losing?.effect.present.used} of ${trainBefore.present.used} training images that have the feature`;
    const reason =
      losing === undefined
        ? none
        : `${none} and keeps the images: at ${losing.coefficient} only ${used} are still used`;
    return { verdict: "no coefficient helps", reason };
  }
  const { before, after, reduction } = test;
  if (isTooFew(before.present)) {
    return not(`only ${before.present.used} test images that have the feature moved the target enough`);
  }
  const counts = `test images that have the feature and are used: ${before.present.used} before, ${after.present.used} after`;
  if (!keepsCoverage(before, after)) return not(counts);
  const [was, is] = [before.all.meanAbsolute ?? 0, after.all.meanAbsolute ?? 0];
  const change = `mean |RC| on test went from ${was.toFixed(2)} to ${is.toFixed(2)}`;
  const significant = reduction !== null && reduction.ci[0] > 0;
  const missing =
    is > leftShare * was
      ? "more than half is left"
      : isTurned(before, after, minEffect)
        ? `the mean has turned to ${(after.all.mean ?? 0).toFixed(2)}`
        : significant
          ? undefined
          : "the interval of the reduction includes 0";
  return missing === undefined
    ? { verdict: "rectified", reason: `${change}; ${counts}` }
    : { verdict: "unresolved", reason: `${change}: ${missing}` };
}

function not(reason: string): Judgement {
  return { verdict: "not measurable", reason };
}

/** The verdict on a target against several features: the worst that is not "nothing to rectify", if there is one. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const counted = judgements.filter(({ verdict }) => verdict !== "nothing to rectify");
  const from = counted.length > 0 ? counted : judgements;
  return from.reduce((a, b) => (verdicts.indexOf(b.verdict) > verdicts.indexOf(a.verdict) ? b : a));
}
