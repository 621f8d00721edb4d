import { cholesky, solveFactored } from "./cholesky.ts";

/** A logistic regression: logit = weights · x + intercept. */
export interface LogisticFit {
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Rows of numbers with a yes or no each. */
export interface LabelledRows {
  /** [rows, size] */
  readonly features: Float64Array;
  readonly size: number;
  /** One a row. */
  readonly labels: readonly (0 | 1)[];
}

const mostSteps = 50;
const smallStep = 1e-6;

/**
 * The minimum of the mean loss plus penalty/2 · ‖weights‖², the two classes weighed alike, by Newton's method; the intercept
 * is not penalised. penalty > 0: then there is one minimum, separable classes included. start: where to begin.
 */
export function logisticRegression(rows: LabelledRows, penalty: number, start?: LogisticFit): LogisticFit {
  const { features, size, labels } = rows;
  const width = size + 1;
  const ones = labels.reduce<number>((sum, label) => sum + label, 0);
  const importance = [0.5 / (labels.length - ones), 0.5 / ones];
  let x = new Float64Array(width);
  if (start !== undefined) {
    x.set(start.weights);
    x[size] = start.intercept;
  }
  const extended = new Float64Array(width);
  for (let step = 0; step < mostSteps; step++) {
    const gradient = new Float64Array(width);
    const hessian = new Float64Array(width * width);
    for (let row = 0; row < labels.length; row++) {
      extended.set(features.subarray(row * size, (row + 1) * size));
      extended[size] = 1;
      const label = labels[row] as 0 | 1;
      let logit = 0;
      for (let i = 0; i < width; i++) logit += (x[i] as number) * (extended[i] as number);
      const p = 1 / (1 + Math.exp(-logit));
      const weight = importance[label] as number;
      const slope = weight * (p - label);
      const curve = weight * p * (1 - p);
      for (let i = 0; i < width; i++) {
        const value = extended[i] as number;
        gradient[i] = (gradient[i] as number) + slope * value;
        const scaled = curve * value;
        for (let j = 0; j <= i; j++) {
          hessian[i * width + j] = (hessian[i * width + j] as number) + scaled * (extended[j] as number);
        }
      }
    }
    for (let i = 0; i < size; i++) {
      gradient[i] = (gradient[i] as number) + penalty * (x[i] as number);
      hessian[i * width + i] = (hessian[i * width + i] as number) + penalty;
    }
    // Where every prediction is certain the intercept has no curvature of its own left.
    hessian[width * width - 1] = (hessian[width * width - 1] as number) + 1e-9;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) hessian[j * width + i] = hessian[i * width + j] as number;
    }
    const factor = cholesky(hessian, width);
    if (factor === undefined) break;
    const move = solveFactored(factor, gradient);
    const length = Math.sqrt(move.reduce((sum, value) => sum + value * value, 0));
    const slope = move.reduce((sum, value, i) => sum + value * (gradient[i] as number), 0);
    const before = objective(rows, penalty, x);
    // Far from the minimum a whole step may overshoot: halved until it gains what its slope promises in part.
    let share = 1;
    let next = moved(x, move, share);
    while (share > 1e-6 && objective(rows, penalty, next) > before - 1e-4 * share * slope) {
      share /= 2;
      next = moved(x, move, share);
    }
    x = next;
    if (length < smallStep) break;
  }
  return { weights: x.slice(0, size), intercept: x[size] as number };
}

function moved(x: Float64Array, move: Float64Array, share: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(x, (value, i) => value - share * (move[i] as number));
}

/** x: weights, then the intercept. */
function objective({ features, labels, size }: LabelledRows, penalty: number, x: Float64Array): number {
  const weights = x.subarray(0, size);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return balancedLoss(logits({ weights, intercept: x[size] as number }, features), labels) + (penalty / 2) * squares;
}

/** weights · x + intercept of every row. */
export function logits({ weights, intercept }: LogisticFit, features: Float64Array): number[] {
  const size = weights.length;
  return Array.from({ length: features.length / size }, (_, row) => {
    let sum = intercept;
    for (let i = 0; i < size; i++) sum += (weights[i] as number) * (features[row * size + i] as number);
    return sum;
  });
}

/** Mean loss of logits against labels, the two classes weighed alike. */
export function balancedLoss(found: readonly number[], labels: readonly (0 | 1)[]): number {
  const sums = [0, 0];
  const counts = [0, 0];
  found.forEach((logit, i) => {
    const label = labels[i] as 0 | 1;
    const against = label === 1 ? -logit : logit;
    sums[label] =
      (sums[label] as number) +
      (against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against)));
    counts[label] = (counts[label] as number) + 1;
  });
  return ((sums[0] as number) / (counts[0] as number) + (sums[1] as number) / (counts[1] as number)) / 2;
}
