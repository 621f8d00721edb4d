import t from "@stdlib/stats-base-dists-t";

/** Σ numerators / Σ denominators with Student's interval by the delete-one jackknife. */
export interface JackknifeRatio {
  readonly value: number;
  /** undefined of one pair, and where the denominators without one of them sum to 0. */
  readonly ci: readonly [number, number] | undefined;
}

/** The ratio of two sums over pairs that are independent of each other; undefined where the denominators sum to 0. */
export function jackknifeRatio(
  numerators: ArrayLike<number>,
  denominators: ArrayLike<number>,
  confidence: number,
): JackknifeRatio | undefined {
  const count = numerators.length;
  let [above, below] = [0, 0];
  for (let i = 0; i < count; i++) {
    above += numerators[i] as number;
    below += denominators[i] as number;
  }
  if (below === 0) return undefined;
  const value = above / below;
  const without = Array.from({ length: count }, (_, i) => {
    return (above - (numerators[i] as number)) / (below - (denominators[i] as number));
  });
  if (count < 2 || !without.every(Number.isFinite)) return { value, ci: undefined };
  const mean = without.reduce((sum, one) => sum + one, 0) / count;
  const squares = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half = t.quantile(1 - (1 - confidence) / 2, count - 1) * Math.sqrt(((count - 1) / count) * squares);
  return { value, ci: [value - half, value + half] };
}
