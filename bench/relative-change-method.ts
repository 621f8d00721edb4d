import type { Method } from "./method.ts";

/** How one counterfactual moved a subject and the features' classifiers. */
export interface Movement {
  readonly image: string;
  /** f_b(x0) − f_b(xλ) */
  readonly baseChange: number;
  /** Per feature: prediction on x0, and on xλ. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** RC per feature (Eq. 3); null where the base did not move. */
  readonly relativeChange: readonly (number | null)[];
}

/** How a cell's images become one number. */
export type Summary = "mean" | "ratio" | "present" | "strata";

/** Fall of the base prediction from which an image is used, as in the matrix. */
const minBaseChange = 0.3;
/** Images from which a stratum counts. */
const fewest = 3;

/**
 * Relative change of the features' classifiers along counterfactuals of the subject.
 *
 * - mean: RC over the images that moved by more than 0.3 (the paper's matrix)
 * - ratio: Σ Δ_feature / Σ Δ_base over all images with a counterfactual
 * - present: RC over those that have the feature
 * - strata: present or absent, whichever is larger
 *
 * movements: per subject its counterfactuals in order.
 */
export function relativeChangeMethod(
  identity: Pick<Method, "name" | "role">,
  movements: readonly (readonly Movement[])[],
  summary: Summary,
): Method {
  return {
    ...identity,
    images: (subject) => (movements[subject] ?? []).map(({ image }) => image),
    scores(subject, draw) {
      const all = movements[subject] ?? [];
      const drawn = Array.from(draw(all.length), (index) => all[index] as Movement);
      const features = all[0]?.before.length ?? 0;
      return Array.from({ length: features }, (_, feature) => summarise(drawn, feature, summary));
    },
  };
}

function summarise(drawn: readonly Movement[], feature: number, summary: Summary): number | undefined {
  if (summary === "ratio") {
    let [own, base] = [0, 0];
    for (const { before, after, baseChange } of drawn) {
      own += (before[feature] as number) - (after[feature] as number);
      base += baseChange;
    }
    return base > 0 ? own / base : undefined;
  }
  const used = drawn.filter(
    ({ baseChange, relativeChange }) => baseChange > minBaseChange && relativeChange[feature] !== null,
  );
  if (summary === "mean") return meanOf(used, feature, 1);
  const present = used.filter(({ before }) => (before[feature] as number) >= 0.5);
  if (summary === "present") return meanOf(present, feature, fewest);
  const absent = used.filter(({ before }) => (before[feature] as number) < 0.5);
  const sides = [present, absent].flatMap((side) => meanOf(side, feature, fewest) ?? []);
  return sides.reduce<number | undefined>(
    (best, value) => (best === undefined || Math.abs(value) > Math.abs(best) ? value : best),
    undefined,
  );
}

function meanOf(movements: readonly Movement[], feature: number, least: number): number | undefined {
  if (movements.length < least) return undefined;
  return movements.reduce((sum, { relativeChange }) => sum + (relativeChange[feature] as number), 0) / movements.length;
}
