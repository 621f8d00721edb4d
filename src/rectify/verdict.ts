import { cellState, minClearCount, minFoundCount } from "../statistics/cell-state.ts";
import type { Interval } from "../statistics/studentized.ts";
import { type Coverage, keepsCoverage } from "./coverage.ts";
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

/** Share of mean |RC| that may be left. */
const leftShare = 0.5;

/** What a verdict is decided from. */
export interface Evidence {
  /** Under the original target, on train. */
  readonly trainBefore: Effect;
  /** Whether the coefficient, or another one, helps on train. */
  readonly helps: boolean;
  /** Where none does: a coefficient that would if it did not lose the present images. */
  readonly losing?: { readonly coefficient: number; readonly coverage: Coverage };
  /** On test, before and after; absent where nothing was fitted. */
  readonly test?: {
    readonly before: Effect;
    readonly after: Effect;
    readonly coverage: Coverage;
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

/**
 * Whether a coefficient halves mean |RC| without dilution. RC under f + c·g tends to 1/c however much f + c·g uses the
 * feature: with the sign of RC, c adds the feature; with the other, a large c turns the use around. Neither is a repair.
 */
export function halves(before: Effect, after: Effect, coefficient: number, minEffect: number): boolean {
  const [was, is] = [before.all.meanAbsolute, after.all.meanAbsolute];
  const opposes = (before.all.mean ?? 0) * coefficient < 0;
  return was !== null && is !== null && isHalf(was, is, minEffect) && opposes && !isTurned(before, after, minEffect);
}

/** Whether half is gone: of what there was, or of the smallest effect that matters, since images of a clean classifier scatter too. */
function isHalf(was: number, is: number, minEffect: number): boolean {
  return is <= leftShare * Math.max(was, minEffect);
}

/** Whether mean RC has the other sign now, by more than the smallest effect that matters. */
function isTurned(before: Effect, after: Effect, minEffect: number): boolean {
  return Math.sign(before.all.mean ?? 0) * (after.all.mean ?? 0) < -minEffect;
}

/** Whether there is nothing to repair: the effect is clear as a cell of a matrix is, on images with the feature and on images without it. */
function isClear({ all, present, absent }: Effect, minEffect: number): boolean {
  const strata = [
    { name: "present" as const, ...present },
    { name: "absent" as const, ...absent },
  ].flatMap(({ name, mean, ci, used }) =>
    mean === null ? [] : [{ name, mean, ...(ci === null ? {} : { ci }), count: used }],
  );
  return cellState({ strata, minEffect, selected: all.images, used: all.used, blind: false }).state === "clear";
}

/** Whether a repair is worth a try: some stratum of at least ten used images does not lie inside ±minEffect. What was not looked at cannot be fitted. */
export function isOpen(effect: Effect, minEffect: number): boolean {
  return stratumIntervals(effect).some(([low, high]) => low <= -minEffect || high >= minEffect);
}

/** Whether there is something to repair: a stratum of at least ten used images has its interval beyond ±minEffect. */
function isFound(effect: Effect, minEffect: number): boolean {
  return stratumIntervals(effect).some(([low, high]) => low > minEffect || high < -minEffect);
}

function stratumIntervals({ present, absent }: Effect): readonly Interval[] {
  return [present, absent].flatMap(({ used, ci }) => (used >= minFoundCount && ci !== null ? [ci] : []));
}

/** Whether so few images move that nothing can be said. */
export function isTooFew({ used }: Pick<Figures, "used">): boolean {
  return used < minFoundCount;
}

/**
 * The verdict on one target and one feature, by the first rule that holds. `rectified`: on test, which neither the fit nor
 * its end saw, mean |RC| is at most half, the interval of its reduction lies above 0, at least 80 % of the present
 * images used before are still used, but for those that it corrects, and images without the feature were looked at too. No verdict
 * rests on a stratum that was not: that is `unresolved`, with the counts.
 */
export function judge({ trainBefore, helps, losing, test, minEffect }: Evidence): Judgement {
  if (isTooFew(trainBefore.all)) {
    return not(`the target fell enough on only ${trainBefore.all.used} of ${trainBefore.all.images} training images`);
  }
  if (isClear(trainBefore, minEffect)) {
    return {
      verdict: "nothing to rectify",
      reason: `relative change is within ±${minEffect} before, whether the feature is present or absent`,
    };
  }
  if (!helps || test === undefined) {
    if (!isFound(trainBefore, minEffect)) {
      return { verdict: "unresolved", reason: unknown(trainBefore, minEffect) };
    }
    const none = "no coefficient from -2 to 2 halves mean |RC| on train";
    if (losing === undefined) return { verdict: "no coefficient helps", reason: none };
    const { coefficient, coverage } = losing;
    const used = `${coverage.after} of ${coverage.before} training images that have the feature are still used`;
    const reason = `${none} and keeps the images: at ${coefficient} only ${used}${without(coverage)}`;
    return { verdict: "no coefficient helps", reason };
  }
  const { before, after, coverage, reduction } = test;
  if (isTooFew({ used: coverage.before })) {
    return not(
      `the target fell enough on only ${coverage.before} test images that have the feature${without(coverage)}`,
    );
  }
  const counts = `test images that have the feature and are used: ${coverage.before} before, ${coverage.after} after${without(coverage)}`;
  if (!keepsCoverage(coverage)) return not(counts);
  const [was, is] = [before.all.meanAbsolute ?? 0, after.all.meanAbsolute ?? 0];
  const change = `mean |RC| on test went from ${was.toFixed(2)} to ${is.toFixed(2)}`;
  const significant = reduction !== null && reduction.ci[0] > 0;
  const missing = !isHalf(was, is, minEffect)
    ? "more than half is left"
    : isTurned(before, after, minEffect)
      ? `the mean has changed its sign, to ${(after.all.mean ?? 0).toFixed(2)}`
      : significant
        ? unseen(before, after)
        : "the interval of the reduction includes 0";
  return missing === undefined
    ? { verdict: "rectified", reason: `${change}; ${counts}` }
    : { verdict: "unresolved", reason: `${change}: ${missing}` };
}

/** Why it is not known whether there is something to repair. */
function unknown(effect: Effect, minEffect: number): string {
  const { all, present, absent } = effect;
  if (isOpen(effect, minEffect)) {
    return `relative change on train before lies neither surely within ±${minEffect} nor surely beyond it: more images are needed`;
  }
  if (all.used * 2 < all.images) return `the target fell enough on only ${all.used} of ${all.images} training images`;
  return `too few training images were looked at before: ${present.used} that have the feature and ${absent.used} that lack it, and ${minClearCount} of each are needed`;
}

/** A stratum of test that was not looked at before or after, in words; undefined where both were. Coverage has counted the present images. */
function unseen({ absent: before }: Effect, { absent: after }: Effect): string | undefined {
  if (!isTooFew(before) && !isTooFew(after)) return undefined;
  return `too few test images that lack the feature were looked at (${before.used} before, ${after.used} after, and ${minFoundCount} are needed)`;
}

/** Says which images a coverage does not count. */
function without({ corrected }: Coverage): string {
  return corrected === 0 ? "" : `, without ${corrected} wrongly called positive and now corrected`;
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
