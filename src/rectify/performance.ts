import { auroc } from "../statistics/auroc.ts";

/** One labelled image and what a classifier predicts on it. */
export interface Scored {
  readonly prediction: number;
  readonly positive: boolean;
  /** Label of the feature that the classifier was rectified against; undefined without one. */
  readonly feature: boolean | undefined;
}

/** Accuracy within the images of one target label and one feature label. */
export interface GroupAccuracy {
  readonly positive: boolean;
  readonly feature: boolean;
  readonly count: number;
  readonly accuracy: number;
}

/** How well a classifier predicts its label. */
export interface Performance {
  /** Prediction from which it says yes. */
  readonly threshold: number;
  readonly count: number;
  readonly accuracy: number;
  /** null where all labels are the same. */
  readonly auroc: number | null;
  readonly groups: readonly GroupAccuracy[];
  /** Lowest accuracy among groups of at least `leastGroup`; null without such a group. */
  readonly worstGroup: number | null;
}

/** Images from which the accuracy of a group is worth a worst case. */
const leastGroup = 5;

/** The threshold with the highest accuracy, in the middle between two predictions; of equal ones the nearest to `preferred`. */
export function bestThreshold(scored: readonly Scored[], preferred: number): number {
  const sorted = [...scored].sort((a, b) => a.prediction - b.prediction);
  // Everything is called positive, then from the lowest on one image more is not.
  let right = sorted.filter(({ positive }) => positive).length;
  let best = { right, threshold: Math.min(preferred, sorted[0]?.prediction ?? preferred) };
  for (const [index, { prediction, positive }] of sorted.entries()) {
    right += positive ? -1 : 1;
    const next = sorted[index + 1]?.prediction;
    if (next === prediction) continue;
    const threshold =
      next === undefined ? Math.max(preferred, prediction + 1e-6) : between(prediction, next, preferred);
    const nearer = Math.abs(threshold - preferred) < Math.abs(best.threshold - preferred);
    if (right > best.right || (right === best.right && nearer)) best = { right, threshold };
  }
  return best.threshold;
}

/** `preferred` where it separates the two predictions, else their middle. */
function between(low: number, high: number, preferred: number): number {
  return preferred > low && preferred <= high ? preferred : (low + high) / 2;
}

/** The threshold that calls as large a share of some images positive as another classifier does: for images without labels. */
export function matchedThreshold(predictions: readonly number[], positives: number, preferred: number): number {
  const sorted = [...predictions].sort((a, b) => b - a);
  const [last, next] = [sorted[positives - 1], sorted[positives]];
  if (last === undefined) return next === undefined ? preferred : Math.max(preferred, next + 1e-6);
  return next === undefined ? Math.min(preferred, last) : between(next, last, preferred);
}

/** Accuracy at a threshold, overall and by group, and AUROC. At least one image. */
export function performanceOf(scored: readonly Scored[], threshold: number): Performance {
  const groups = [true, false].flatMap((positive) =>
    [true, false].flatMap((feature): GroupAccuracy[] => {
      const some = scored.filter((image) => image.positive === positive && image.feature === feature);
      return some.length === 0
        ? []
        : [{ positive, feature, count: some.length, accuracy: accuracyOf(some, threshold) }];
    }),
  );
  const large = groups.filter(({ count }) => count >= leastGroup);
  const [yes, no] = [true, false].map((positive) =>
    scored.filter((image) => image.positive === positive).map(({ prediction }) => prediction),
  ) as [number[], number[]];
  return {
    threshold,
    count: scored.length,
    accuracy: accuracyOf(scored, threshold),
    auroc: auroc(yes, no) ?? null,
    groups,
    worstGroup: large.length === 0 ? null : Math.min(...large.map(({ accuracy }) => accuracy)),
  };
}

function accuracyOf(scored: readonly Scored[], threshold: number): number {
  return scored.filter(({ prediction, positive }) => prediction >= threshold === positive).length / scored.length;
}
