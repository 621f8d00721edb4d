import t from "@stdlib/stats-base-dists-t";

/**
 * What an edit does beside what it was asked for leaves a bias that no number of pictures removes: an error of this size, and this part of the effect.
 * Chosen on the development pairs of the planted benchmark, so that intervals of 95 % hold the true effect in 95 % of the cells at 20 pictures a side.
 */
const bias = { absolute: 0.02, relative: 0.05 };

export interface EffectEvidence {
  readonly value: number;
  /** Over pictures. */
  readonly standardError: number;
  /** Pictures behind it. */
  readonly pictures: number;
  /** The same from pictures that lost the feature, and from those that got it; undefined where there is one side. */
  readonly sides?: readonly [number, number];
}

/**
 * Interval of an effect: Student's over pictures, or half of what the two sides disagree by where that is more, and the bias of edits on top.
 * undefined of one picture.
 */
export function effectInterval(
  { value, standardError, pictures, sides }: EffectEvidence,
  confidence: number,
): readonly [number, number] | undefined {
  if (pictures < 2) return undefined;
  const sampled = t.quantile(1 - (1 - confidence) / 2, pictures - 1) * standardError;
  const disagreement = sides === undefined ? 0 : Math.abs(sides[0] - sides[1]) / 2;
  const half = Math.max(sampled, disagreement) + bias.absolute + bias.relative * Math.abs(value);
  return [value - half, value + half];
}
