import { isPositive, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { conceptOf } from "./concept.ts";
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
}

/** Label values above it mean yes. */
const half = 0.5;

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
  const has = (name: string): boolean => images.some(({ labels }) => labels[name] !== undefined);
  if (!has(label)) return [];
  const features = [...new Set(against.map(conceptOf))].filter((name) => name !== label && has(name));
  const scored = (classifier: Classifier, split: Split, feature: string | null): readonly Scored[] =>
    images.flatMap((image): Scored[] => {
      const own = image.labels[label];
      const other = feature === null ? undefined : image.labels[feature];
      if (image.split !== split || own === undefined) return [];
      const { prediction } = read(classifier, image.onInput);
      return [{ prediction, positive: own > half, feature: other === undefined ? undefined : other > half }];
    });
  return (features.length === 0 ? [null] : features).flatMap((feature): LabelCheck[] => {
    const test = scored(target, "test", feature);
    const validation = scored(target, "validation", feature);
    if (test.length === 0 || validation.length === 0) return [];
    const at = bestThreshold(validation, half);
    const rectifiedAt = bestThreshold(scored(rectified, "validation", feature), half);
    return [
      {
        label,
        feature,
        original: performanceOf(test, half),
        before: performanceOf(test, at),
        after: performanceOf(scored(rectified, "test", feature), rectifiedAt),
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
