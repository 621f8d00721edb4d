import { conceptOf } from "../models/concept.ts";
import { isPositive, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { bestThreshold, matchedThreshold, type Performance, performanceOf, type Scored } from "./performance.ts";
import type { PoolImage } from "./pool.ts";
import type { Split } from "./split.ts";

/** Performance against one label, in groups of another. */
export interface LabelCheck {
  readonly label: string;
  readonly feature: string | null;
  readonly original: Performance;
  readonly before: Performance;
  readonly after: Performance;
  /** Test images that are right after and were wrong before, and the reverse. */
  readonly gained: number;
  readonly lost: number;
}

/** Label values above it mean yes. */
const half = 0.5;

/**
 * Which images of a fixed set a rectified target corrects: by label they lack the target's concept, so that the original
 * was wrong to call them positive, and the rectified target, at its best threshold on validation, does so no longer. An
 * image without a label is never corrected, and none is where no label has the name of the concept: only a label tells a
 * repair from a loss.
 */
export function correctedBy(
  target: Classifier,
  pool: readonly PoolImage[],
  set: readonly PoolImage[],
): (rectified: Classifier) => readonly boolean[] {
  const label = conceptOf(target);
  const wrong = set.map(({ labels }) => (labels[label] ?? 1) <= half);
  return (rectified) => {
    if (!wrong.includes(true)) return wrong;
    const threshold = bestThreshold(scored(rectified, pool, { split: "validation", label, feature: null }), half);
    return set.map(
      ({ onReconstruction }, image) =>
        wrong[image] === true && read(rectified, onReconstruction).prediction < threshold,
    );
  };
}

/** Whether labels say what a target should call positive. */
export function hasLabels(target: Classifier, images: readonly PoolImage[]): boolean {
  const label = conceptOf(target);
  return images.some(({ labels }) => labels[label] !== undefined);
}

/** Labelled images of a split and what a classifier predicts on them. */
function scored(
  classifier: Classifier,
  images: readonly PoolImage[],
  { split, label, feature }: { readonly split: Split; readonly label: string; readonly feature: string | null },
): readonly Scored[] {
  return images.flatMap((image): Scored[] => {
    const own = image.labels[label];
    const other = feature === null ? undefined : image.labels[feature];
    if (image.split !== split || own === undefined) return [];
    const { prediction } = read(classifier, image.onInput);
    return [{ prediction, positive: own > half, feature: other === undefined ? undefined : other > half }];
  });
}

/**
 * Accuracy, AUROC and accuracy by group on the test images of the pool, the target at 0.5, and target and rectified target
 * each at its best threshold on validation: one check per feature whose concept is a label, one without groups where none
 * is. Empty where no label has the name of the target's concept. Predictions are those on the images themselves.
 */
export function labelChecks(
  target: Classifier,
  rectified: Classifier,
  against: readonly Classifier[],
  images: readonly PoolImage[],
): readonly LabelCheck[] {
  const label = conceptOf(target);
  if (!hasLabels(target, images)) return [];
  const has = (name: string): boolean => images.some(({ labels }) => labels[name] !== undefined);
  const features = [...new Set(against.map(conceptOf))].filter((name) => name !== label && has(name));
  return (features.length === 0 ? [null] : features).flatMap((feature): LabelCheck[] => {
    const test = scored(target, images, { split: "test", label, feature });
    const validation = scored(target, images, { split: "validation", label, feature });
    if (test.length === 0 || validation.length === 0) return [];
    const at = bestThreshold(validation, half);
    const rectifiedAt = bestThreshold(scored(rectified, images, { split: "validation", label, feature }), half);
    const testAfter = scored(rectified, images, { split: "test", label, feature });
    const right = (of: readonly Scored[], threshold: number): readonly boolean[] =>
      of.map(({ prediction, positive }) => prediction >= threshold === positive);
    const [was, is] = [right(test, at), right(testAfter, rectifiedAt)];
    return [
      {
        label,
        feature,
        original: performanceOf(test, half),
        before: performanceOf(test, at),
        after: performanceOf(testAfter, rectifiedAt),
        gained: is.filter((now, image) => now && was[image] === false).length,
        lost: is.filter((now, image) => !now && was[image] === true).length,
      },
    ];
  });
}

/** The threshold of a rectified target where there are no labels: as many validation images are positive as before. */
export function thresholdWithoutLabels(
  target: Classifier,
  rectified: Classifier,
  images: readonly PoolImage[],
): number {
  const validation = images.filter(({ split }) => split === "validation");
  const positives = validation.filter(({ onInput }) => isPositive(target, onInput)).length;
  const predictions = validation.map(({ onInput }) => read(rectified, onInput).prediction);
  return matchedThreshold(predictions, positives, half);
}
