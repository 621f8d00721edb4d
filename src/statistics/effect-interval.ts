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
export function effectInterval(evidence: EffectEvidence, confidence: number): readonly [number, number] | undefined {
  const { value, standardError, pictures } = evidence;
  if (pictures < 2) return undefined;
  const sampled = t.quantile(1 - (1 - confidence) / 2, pictures - 1) * standardError;
  const half = Math.max(sampled, disagreementOf(evidence)) + biasOf(evidence);
  return [value - half, value + half];
}

/**
 * Two-sided p of H0: the effect lies within what is allowed. p < 1 − confidence exactly where the interval of that confidence lies beyond; 1 where the
 * sides' disagreement or the bias of edits alone reach back. undefined of one picture.
 */
export function effectPValue(
  evidence: EffectEvidence,
  [low, high]: readonly [low: number, high: number],
): number | undefined {
  const { value, standardError, pictures } = evidence;
  if (pictures < 2) return undefined;
  const room = Math.max(value - high, low - value) - biasOf(evidence);
  return room <= disagreementOf(evidence) ? 1 : 2 * t.cdf(-room / standardError, pictures - 1);
}

function disagreementOf({ sides }: EffectEvidence): number {
  return sides === undefined ? 0 : Math.abs(sides[0] - sides[1]) / 2;
}

function biasOf({ value }: EffectEvidence): number {
  return bias.absolute + bias.relative * Math.abs(value);
}
