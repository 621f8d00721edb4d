import { cellState, minClearCount, minFoundCount } from "../statistics/cell-state.ts";
import type { Interval } from "../statistics/studentized.ts";
import { type Coverage, keepsCoverage } from "./coverage.ts";
import type { Effect, Figures, Strata } from "./effect.ts";

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
 * Nor is what holds only without the images that are counted apart.
 */
export function halves(before: Effect, after: Effect, coefficient: number, minEffect: number): boolean {
  return both(before, after).every(([was, is]) => halvesOn(was, is, coefficient, minEffect));
}

/** The figures before and after, and where images are counted apart the same with them. */
function both(before: Effect, after: Effect): readonly (readonly [Strata, Strata])[] {
  const cut = before.withCut !== undefined || after.withCut !== undefined;
  return [[before, after], ...(cut ? [[before.withCut ?? before, after.withCut ?? after] as const] : [])];
}

function halvesOn(before: Strata, after: Strata, coefficient: number, minEffect: number): boolean {
  const [was, is] = [before.all.meanAbsolute, after.all.meanAbsolute];
  const opposes = (before.all.mean ?? 0) * coefficient < 0;
  return was !== null && is !== null && isHalf(was, is, minEffect) && opposes && !isTurned(before, after, minEffect);
}

/** Whether half is gone: of what there was, or of the smallest effect that matters, since images of a clean classifier scatter too. */
function isHalf(was: number, is: number, minEffect: number): boolean {
  return is <= leftShare * Math.max(was, minEffect);
}

/** Whether mean RC has the other sign now, by more than the smallest effect that matters. */
function isTurned(before: Strata, after: Strata, minEffect: number): boolean {
  return Math.sign(before.all.mean ?? 0) * (after.all.mean ?? 0) < -minEffect;
}

/** What the effect is as a cell of a matrix, on images with the feature and on images without it: where it is clear, there is nothing to repair. */
function stateOf(effect: Effect, minEffect: number): ReturnType<typeof cellState> {
  const strata = ({ present, absent }: Strata) =>
    [
      { name: "present" as const, ...present },
      { name: "absent" as const, ...absent },
    ].flatMap(({ name, mean, ci, used }) =>
      mean === null ? [] : [{ name, mean, ...(ci === null ? {} : { ci }), count: used }],
    );
  const { all, withCut } = effect;
  return cellState({
    strata: strata(effect),
    ...(withCut === undefined ? {} : { withCut: strata(withCut) }),
    ...{ minEffect, selected: all.images, used: all.used, blind: false },
  });
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
 * rests on a stratum that was not: that is `unresolved`, with the counts. None rests on images that are counted apart either: a repair has to
 * hold with them and without them.
 */
export function judge({ trainBefore, helps, losing, test, minEffect }: Evidence): Judgement {
  if (isTooFew(trainBefore.all)) {
    const { used, images, apart } = trainBefore.all;
    const cut = apart === 0 ? "" : `, without ${plural(apart)} that the search stopped short`;
    return not(`the target fell enough on only ${used} of ${images} training images${cut}`);
  }
  if (stateOf(trainBefore, minEffect).state === "clear") {
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
  const apart = cutWords(before, after);
  const counts = `test images that have the feature and are used: ${coverage.before} before, ${coverage.after} after${without(coverage)}${apart}`;
  if (!keepsCoverage(coverage)) return not(counts);
  const [was, is] = [before.all.meanAbsolute ?? 0, after.all.meanAbsolute ?? 0];
  const change = `mean |RC| on test went from ${was.toFixed(2)} to ${is.toFixed(2)}`;
  const significant = reduction !== null && reduction.ci[0] > 0;
  const missing = !isHalf(was, is, minEffect)
    ? "more than half is left"
    : isTurned(before, after, minEffect)
      ? `the mean has changed its sign, to ${(after.all.mean ?? 0).toFixed(2)}`
      : significant
        ? (unseen(before, after) ?? onlyWithoutCut(before, after, minEffect))
        : "the interval of the reduction includes 0";
  return missing === undefined
    ? { verdict: "rectified", reason: `${change}; ${counts}` }
    : { verdict: "unresolved", reason: `${change}: ${missing}${apart}` };
}

/** What keeps a repair from holding with the images that are counted apart, in words; undefined where nothing does. */
function onlyWithoutCut(before: Effect, after: Effect, minEffect: number): string | undefined {
  const [, cut] = both(before, after);
  if (cut === undefined) return undefined;
  const [was, is] = cut;
  const [from, to] = [was.all.meanAbsolute ?? 0, is.all.meanAbsolute ?? 0];
  if (isHalf(from, to, minEffect) && !isTurned(was, is, minEffect)) return undefined;
  return `with the images that the search stopped short it went from ${from.toFixed(2)} to ${to.toFixed(2)}, its mean to ${(is.all.mean ?? 0).toFixed(2)}`;
}

/** Says how many images are in no mean since the search stopped them short. */
function cutWords({ all: before }: Effect, { all: after }: Effect): string {
  if (before.apart + after.apart === 0) return "";
  return `; stopped short by the search's limit and in no mean: ${before.apart} before, ${after.apart} after`;
}

function plural(count: number): string {
  return `${count} ${count === 1 ? "image" : "images"}`;
}

/** Why it is not known whether there is something to repair. */
function unknown(effect: Effect, minEffect: number): string {
  const { all, present, absent } = effect;
  if (isOpen(effect, minEffect)) {
    return `relative change on train before lies neither surely within ±${minEffect} nor surely beyond it: more images are needed`;
  }
  if (stateOf(effect, minEffect).reason === "cut-short") {
    return `relative change on train is within ±${minEffect} before, but not with ${plural(all.apart)} that the search stopped short: allow a longer way`;
  }
  if (all.used * 2 < all.images) return `the target fell enough on only ${all.used} of ${all.images} training images`;
  return `too few training images were looked at before: ${present.used} that have the feature and ${absent.used} that lack it, and ${minClearCount} of each are needed`;
}

/** A stratum of test that was not looked at before or after, in words; undefined where both were. Coverage has counted the present images, but those as well that are counted apart. */
function unseen(before: Effect, after: Effect): string | undefined {
  const tooFew = (stratum: "present" | "absent"): boolean => isTooFew(before[stratum]) || isTooFew(after[stratum]);
  const cut = before.present.apart + after.present.apart > 0;
  const missing = tooFew("absent") ? "absent" : cut && tooFew("present") ? "present" : undefined;
  if (missing === undefined) return undefined;
  const counts = `${before[missing].used} before, ${after[missing].used} after, and ${minFoundCount} are needed`;
  return `too few test images that ${missing === "absent" ? "lack" : "have"} the feature were looked at (${counts})`;
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
