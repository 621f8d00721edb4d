import type { BeforeAfter } from "../counterfactual/types.ts";
import {
  bestThreshold,
  matchedThreshold,
  type Performance,
  performanceOf,
  type Scored,
} from "../rectify/performance.ts";
import { type JackknifeRatio, jackknifeRatio } from "../statistics/jackknife-ratio.ts";
import type { RepairPicture } from "./repair-picture.ts";

/** What becomes of a target from which so much of a feature is taken away (Eqs. 5, 6). */
export interface Repaired {
  /** Σ falls of the sum over Σ movements of the feature, as its witness tells them; undefined where it did not move. */
  readonly effect: JackknifeRatio | undefined;
  /** Prediction from which the sum says yes: the most accurate on the labelled pictures, else that which calls as many positive as the target does. */
  readonly threshold: number;
  /** undefined where no label says what the target is to call positive. */
  readonly performance: Performance | undefined;
}

/** Coverage of the effect's interval. */
const confidence = 0.95;
const half = 0.5;

/** f − amount·g on some pictures, whose edits and predictions are known: no model runs. */
export function repairedAt(pictures: readonly RepairPicture[], amount: number): Repaired {
  const edits = pictures.flatMap(({ edit }) => edit ?? []);
  const sign = edits.map(({ side }) => (side === "remove" ? 1 : -1));
  const falls = edits.map(
    ({ target, feature }, index) => (sign[index] as number) * (fall(target) - amount * fall(feature)),
  );
  const moved = edits.map(({ witness }, index) => (sign[index] as number) * fall(witness));
  const predictions = pictures.map(({ target, feature }) => target - amount * feature);
  const scored = pictures.flatMap(({ isTarget, hasFeature }, index): Scored[] =>
    isTarget === undefined
      ? []
      : [{ prediction: predictions[index] as number, positive: isTarget, feature: hasFeature }],
  );
  const positives = pictures.filter(({ target }) => target >= half).length;
  const threshold = scored.length > 0 ? bestThreshold(scored, half) : matchedThreshold(predictions, positives, half);
  return {
    effect: jackknifeRatio(falls, moved, confidence),
    threshold,
    performance: scored.length > 0 ? performanceOf(scored, threshold) : undefined,
  };
}

/** The amount at which the effect is nearest to none, of those that a slider offers. */
export function leastEffectAt(pictures: readonly RepairPicture[], amounts: readonly number[]): number | undefined {
  const left = (amount: number): number =>
    Math.abs(repairedAt(pictures, amount).effect?.value ?? Number.POSITIVE_INFINITY);
  return pictures.some(({ edit }) => edit !== undefined) ? amounts.toSorted((a, b) => left(a) - left(b))[0] : undefined;
}

function fall({ before, after }: BeforeAfter): number {
  return before - after;
}
