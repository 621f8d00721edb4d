import { plural } from "./figures.ts";

/** Images of a split: all, those that the target fell enough on, and those that the search stopped short. */
interface Looked {
  readonly images: number;
  readonly used: number;
  readonly apart: number;
}

/** Images with the feature that are used before and after, and those left out as they are now corrected. */
interface Kept {
  readonly before: number;
  readonly after: number;
  readonly corrected: number;
}

/** A figure before and after. */
interface Change {
  readonly was: number;
  readonly is: number;
}

/** Too few training images on which the target fell. */
export function fewFell({ used, images, apart }: Looked): string {
  const cut = apart === 0 ? "" : `, without ${plural(apart, "image")} that the search stopped short`;
  return `the target fell enough on only ${used} of ${images} training images${cut}`;
}

/** Too few test images with the feature on which it fell. */
export function fewPresent(kept: Kept): string {
  return `the target fell enough on only ${kept.before} test images that have the feature${withoutCorrected(kept)}`;
}

/** A target that does not use the feature. */
export function nothingToRectify(minEffect: number): string {
  return `relative change is within ±${minEffect} before, whether the feature is present or absent`;
}

/** An interval that crosses the bound. */
export function notSurely(minEffect: number): string {
  return `relative change on train before lies neither surely within ±${minEffect} nor surely beyond it: more images are needed`;
}

/** A target that does not use the feature but on images that the search stopped short. */
export function notWithCut(minEffect: number, apart: number): string {
  return `relative change on train is within ±${minEffect} before, but not with ${plural(apart, "image")} that the search stopped short: allow a longer way`;
}

/** Too few training images in a stratum. present, absent: images that were used; needed: of each. */
export function fewLookedAt(present: number, absent: number, needed: number): string {
  return `too few training images were looked at before: ${present} that have the feature and ${absent} that lack it, and ${needed} of each are needed`;
}

/** No coefficient that helps. losing: one that would, with the images that it keeps. */
export function noCoefficient(losing: { readonly coefficient: number; readonly coverage: Kept } | undefined): string {
  const none = "no coefficient from -2 to 2 halves mean |RC| on train";
  if (losing === undefined) return none;
  const { coefficient, coverage } = losing;
  const used = `${coverage.after} of ${coverage.before} training images that have the feature are still used`;
  return `${none} and keeps the images: at ${coefficient} only ${used}${withoutCorrected(coverage)}`;
}

/** Test images that are used before and after. cut: those that the search stopped short. */
export function usedWords(kept: Kept, cut: Change): string {
  return `test images that have the feature and are used: ${kept.before} before, ${kept.after} after${withoutCorrected(kept)}${cutWords(cut)}`;
}

/** A target that was rectified. */
export function rectifiedWords(change: Change, kept: Kept, cut: Change): string {
  return `${changeWords(change)}; ${usedWords(kept, cut)}`;
}

/** A target that changed, and what is missing. */
export function notRectifiedWords(change: Change, missing: string, cut: Change): string {
  return `${changeWords(change)}: ${missing}${cutWords(cut)}`;
}

/** Why a change is no repair. */
export const halfLeft = "more than half is left";
/** Why a change is not known to be one. */
export const notSurelyLess = "the interval of the reduction includes 0";

/** A mean that has turned around. */
export function turnedWords(mean: number): string {
  return `the mean has changed its sign, to ${mean.toFixed(2)}`;
}

/** A repair that does not hold with the images that the search stopped short. mean: of the relative change after. */
export function onlyWithoutCut({ was, is }: Change, mean: number): string {
  return `with the images that the search stopped short it went from ${was.toFixed(2)} to ${is.toFixed(2)}, its mean to ${mean.toFixed(2)}`;
}

/** A stratum of test that was not looked at. */
export function unseenWords(side: "present" | "absent", { was, is }: Change, needed: number): string {
  const counts = `${was} before, ${is} after, and ${needed} are needed`;
  return `too few test images that ${side === "absent" ? "lack" : "have"} the feature were looked at (${counts})`;
}

function changeWords({ was, is }: Change): string {
  return `mean |RC| on test went from ${was.toFixed(2)} to ${is.toFixed(2)}`;
}

function cutWords({ was, is }: Change): string {
  return was + is === 0 ? "" : `; stopped short by the search's limit and in no mean: ${was} before, ${is} after`;
}

function withoutCorrected({ corrected }: Kept): string {
  return corrected === 0 ? "" : `, without ${corrected} wrongly called positive and now corrected`;
}
