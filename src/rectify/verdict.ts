import { cellState, minClearCount, minFoundCount } from "../statistics/cell-state.ts";
import type { Interval } from "../statistics/studentized.ts";
import * as say from "../words/rectified.ts";
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
  if (isTooFew(trainBefore.all)) return { verdict: "not measurable", reason: say.fewFell(trainBefore.all) };
  if (stateOf(trainBefore, minEffect).state === "clear") {
    return { verdict: "nothing to rectify", reason: say.nothingToRectify(minEffect) };
  }
  if (!helps || test === undefined) {
    return isFound(trainBefore, minEffect)
      ? { verdict: "no coefficient helps", reason: say.noCoefficient(losing) }
      : { verdict: "unresolved", reason: unknown(trainBefore, minEffect) };
  }
  const { before, after, coverage, reduction } = test;
  if (isTooFew({ used: coverage.before })) return { verdict: "not measurable", reason: say.fewPresent(coverage) };
  const apart = { was: before.all.apart, is: after.all.apart };
  if (!keepsCoverage(coverage)) return { verdict: "not measurable", reason: say.usedWords(coverage, apart) };
  const change = { was: before.all.meanAbsolute ?? 0, is: after.all.meanAbsolute ?? 0 };
  const significant = reduction !== null && reduction.ci[0] > 0;
  const missing = !isHalf(change.was, change.is, minEffect)
    ? say.halfLeft
    : isTurned(before, after, minEffect)
      ? say.turnedWords(after.all.mean ?? 0)
      : significant
        ? (unseen(before, after) ?? onlyWithoutCut(before, after, minEffect))
        : say.notSurelyLess;
  return missing === undefined
    ? { verdict: "rectified", reason: say.rectifiedWords(change, coverage, apart) }
    : { verdict: "unresolved", reason: say.notRectifiedWords(change, missing, apart) };
}

/** What keeps a repair from holding with the images that are counted apart; undefined where nothing does. */
function onlyWithoutCut(before: Effect, after: Effect, minEffect: number): string | undefined {
  const [, cut] = both(before, after);
  if (cut === undefined) return undefined;
  const [was, is] = cut;
  const change = { was: was.all.meanAbsolute ?? 0, is: is.all.meanAbsolute ?? 0 };
  if (isHalf(change.was, change.is, minEffect) && !isTurned(was, is, minEffect)) return undefined;
  return say.onlyWithoutCut(change, is.all.mean ?? 0);
}

/** Why it is not known whether there is something to repair. */
function unknown(effect: Effect, minEffect: number): string {
  const { all, present, absent } = effect;
  if (isOpen(effect, minEffect)) return say.notSurely(minEffect);
  if (stateOf(effect, minEffect).reason === "cut-short") return say.notWithCut(minEffect, all.apart);
  return all.used * 2 < all.images
    ? say.fewFell({ ...all, apart: 0 })
    : say.fewLookedAt(present.used, absent.used, minClearCount);
}

/** A stratum of test that was not looked at before or after; undefined where both were. Coverage has counted the present images, but those as well that are counted apart. */
function unseen(before: Effect, after: Effect): string | undefined {
  const tooFew = (stratum: "present" | "absent"): boolean => isTooFew(before[stratum]) || isTooFew(after[stratum]);
  const cut = before.present.apart + after.present.apart > 0;
  const missing = tooFew("absent") ? "absent" : cut && tooFew("present") ? "present" : undefined;
  return missing && say.unseenWords(missing, { was: before[missing].used, is: after[missing].used }, minFoundCount);
}

/** The verdict on a target against several features: the worst that is not "nothing to rectify", if there is one. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const counted = judgements.filter(({ verdict }) => verdict !== "nothing to rectify");
  const from = counted.length > 0 ? counted : judgements;
  return from.reduce((a, b) => (verdicts.indexOf(b.verdict) > verdicts.indexOf(a.verdict) ? b : a));
}
