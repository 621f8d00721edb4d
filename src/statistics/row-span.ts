import { cholesky } from "./cholesky.ts";
import type { LabelledRows, LogisticFit } from "./logistic.ts";

/** Rows told in a basis of their own span. */
export interface SpannedRows {
  /** As many numbers a row as there are rows. */
  readonly rows: LabelledRows;
  /** A fit to these as a fit to the rows themselves: it says the same of all of them. */
  back(fit: LogisticFit): LogisticFit;
}

/**
 * A ridge-penalised fit lies in the span of its rows: where these are fewer than their numbers, it is found among as many numbers as there are rows, and is
 * the same. Undefined where rows depend on each other, or are not fewer.
 */
export function rowSpan({ features, size, labels }: LabelledRows): SpannedRows | undefined {
  const count = labels.length;
  if (count >= size) return undefined;
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (features[i * size + k] as number) * (features[j * size + k] as number);
      gram[i * count + j] = sum;
      gram[j * count + i] = sum;
    }
  }
  // F = L·Q: rows of Q are orthonormal, and those of L what each row of F is in their terms.
  const factor = cholesky(gram, count);
  if (factor === undefined) return undefined;
  const basis = features.slice();
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const share = factor[i * count + j] as number;
      for (let k = 0; k < size; k++) {
        basis[i * size + k] = (basis[i * size + k] as number) - share * (basis[j * size + k] as number);
      }
    }
    const length = factor[i * count + i] as number;
    for (let k = 0; k < size; k++) basis[i * size + k] = (basis[i * size + k] as number) / length;
  }
  return {
    rows: { features: factor, size: count, labels },
    back({ weights, intercept }) {
      const own = new Float64Array(size);
      for (let i = 0; i < count; i++) {
        const weight = weights[i] as number;
        for (let k = 0; k < size; k++) own[k] = (own[k] as number) + weight * (basis[i * size + k] as number);
      }
      return { weights: own, intercept };
    },
  };
}
