import { mean, variance } from "./moments.ts";
import { type NormalEquations, residual, ridge } from "./ridge.ts";

/** What α may be, in units of the mean diagonal of the Gram matrix: from hardly any shrinkage to weights of half their size. */
export const alphas = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1] as const;
/** α where there is too little to choose it from. */
const defaultAlpha = 0.01;
/** Parts that images are cut into to choose α. */
export const folds = 10;

/** Sum of normal equations. */
export function summed(parts: readonly NormalEquations[], size: number): NormalEquations {
  const gram = new Float64Array(size * size);
  const along = new Float64Array(size);
  let total = 0;
  for (const part of parts) {
    for (let k = 0; k < gram.length; k++) gram[k] = (gram[k] as number) + (part.gram[k] as number);
    for (let k = 0; k < size; k++) along[k] = (along[k] as number) + (part.along[k] as number);
    total += part.total;
  }
  return { gram, along, total };
}

/**
 * Sums in which parts may count several times, for many sums of the same parts. The sum is overwritten by the next one.
 * times: how often each part counts.
 */
export function weightedSum(parts: readonly NormalEquations[], size: number): (times: Float64Array) => NormalEquations {
  // A Gram matrix is symmetric: a part is kept as its lower triangle, the products with the base, and the total, one after the other.
  const length = (size * (size + 1)) / 2 + size + 1;
  const rows = parts.map(({ gram, along, total }) => {
    const row = new Float64Array(length);
    let at = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) row[at++] = gram[i * size + j] as number;
    row.set(along, at);
    row[length - 1] = total;
    return row;
  });
  const sum = new Float64Array(length);
  const gram = new Float64Array(size * size);
  const along = sum.subarray(length - 1 - size, length - 1);
  return (times) => {
    sum.fill(0);
    for (let part = 0; part < rows.length; part++) {
      const factor = times[part] as number;
      const row = rows[part] as Float64Array;
      if (factor === 0) continue;
      for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + factor * (row[at] as number);
    }
    let at = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const value = sum[at++] as number;
        gram[i * size + j] = value;
        gram[j * size + i] = value;
      }
    }
    return { gram, along, total: sum[length - 1] as number };
  };
}

/**
 * The largest α whose squared error on held-out parts exceeds the best one's by no more than the standard error of the
 * difference (the one-standard-error rule, Breiman et al. 1984): of choices that the data cannot tell apart, the one with the calmest weights.
 * parts: normal equations of parts of the images, each left out in turn. solve: as `ridge`.
 */
export function chooseAlpha(parts: readonly NormalEquations[], size: number, solve = ridge): number {
  if (parts.length < 2) return defaultAlpha;
  const losses = alphas.map(() => new Float64Array(parts.length));
  parts.forEach((left, index) => {
    const training = summed(
      parts.filter((_, other) => other !== index),
      size,
    );
    alphas.forEach((alpha, a) => {
      (losses[a] as Float64Array)[index] = residual(left, solve(training, alpha) ?? new Float64Array(size));
    });
  });
  const means = losses.map((loss) => mean(loss));
  const best = losses[means.indexOf(Math.min(...means))] as Float64Array;
  const within = losses.map((loss) => {
    const more = loss.map((value, index) => value - (best[index] as number));
    return mean(more) <= Math.sqrt(variance(more) / parts.length);
  });
  return alphas[within.lastIndexOf(true)] ?? defaultAlpha;
}
