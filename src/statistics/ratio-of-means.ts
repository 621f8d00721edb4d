import { type Lean, largeSample, leanOf, mostBend } from "./large-sample.ts";
import type { Resamples } from "./resamples.ts";
import { type EstimateOptions, type Interval, studentized, vanishingShare } from "./studentized.ts";

/** Σ numerators / Σ denominators with its interval. */
export interface RatioEstimate {
  readonly value: number;
  /** Absent where the denominators' sum is not safely away from zero: it changes sign among the resamples, and any ratio is possible. */
  readonly ci?: Interval;
}

/**
 * Ratio of means of paired values with its bootstrap-t interval; the standard error is that of the linearised ratio
 * (numerator − ratio·denominator). Undefined where the denominators sum to zero.
 */
export function ratioOfMeans(
  numerators: Float64Array,
  denominators: Float64Array,
  resamples: Resamples,
  options: EstimateOptions,
): RatioEstimate | undefined {
  const count = numerators.length;
  let numeratorSum = 0;
  let denominatorSum = 0;
  for (let i = 0; i < count; i++) {
    numeratorSum += numerators[i] as number;
    denominatorSum += denominators[i] as number;
  }
  if (count === 0 || denominatorSum === 0) return undefined;
  const value = numeratorSum / denominatorSum;
  if (count < 2) return { value };
  // Residuals of the linearised ratio; the resampled ratio is value + Σe*/Σd*, so t* needs five sums only.
  const residuals = numerators.map((numerator, i) => numerator - value * (denominators[i] as number));
  let residualSquares = 0;
  for (const residual of residuals) residualSquares += residual * residual;
  const standardError = Math.sqrt((residualSquares * count) / (count - 1)) / Math.abs(denominatorSum);
  const sample = { value, standardError, degreesOfFreedom: count - 1 };
  const lean = leanOfRatio(residuals, denominators);
  if (lean !== undefined) return { value, ci: largeSample(sample, lean, options).ci };
  const vanishing = (vanishingShare ** 2 * residualSquares) / count;
  const resampled = new Float64Array(resamples.count);
  if (standardError > 0) {
    const { indices, start } = resamples.draws(count);
    for (let resample = 0; resample < resampled.length; resample++) {
      let residualSum = 0;
      let squares = 0;
      let sum = 0;
      let cross = 0;
      let sumSquares = 0;
      const first = start(resample);
      for (let at = first; at < first + count; at++) {
        const index = indices[at] as number;
        const residual = residuals[index] as number;
        const denominator = denominators[index] as number;
        residualSum += residual;
        squares += residual * residual;
        sum += denominator;
        cross += residual * denominator;
        sumSquares += denominator * denominator;
      }
      if (sum * denominatorSum <= 0) return { value };
      const shift = residualSum / sum;
      // Σ(e − shift·d)², the residuals about the resample's own ratio.
      const own = squares - 2 * shift * cross + shift * shift * sumSquares;
      resampled[resample] =
        own / count > vanishing
          ? shift / (Math.sqrt((own * count) / (count - 1)) / Math.abs(sum))
          : Math.sign(shift) * Number.POSITIVE_INFINITY;
    }
  }
  return { value, ci: studentized(sample, resampled, options).ci };
}

/**
 * The lean of a ratio: that of the mean residual, and what the residuals about a resample's own ratio add to its standard error, which is
 * bent by cov(e, d)/(sd(e)·mean(d)·√n). undefined as for a mean, where both bend it too much together, and where the mean denominator is
 * less than 20 standard errors from zero.
 */
function leanOfRatio(residuals: Float64Array, denominators: Float64Array): Lean | undefined {
  const count = residuals.length;
  let [squares, cubes, cross, sum, sumSquares] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [residual, denominator] = [residuals[i] as number, denominators[i] as number];
    squares += residual * residual;
    cubes += residual ** 3;
    cross += residual * denominator;
    sum += denominator;
    sumSquares += denominator * denominator;
  }
  const lean = leanOf(count, { spread: squares / count, cubes: cubes / count });
  if (lean === undefined || sum ** 2 < 20 ** 2 * (sumSquares - sum ** 2 / count)) return undefined;
  const sign = Math.sign(sum);
  const bend = sign * lean.bend - cross / (Math.sqrt(squares) * Math.abs(sum));
  return Math.abs(bend) <= mostBend ? { bend, shift: sign * lean.shift } : undefined;
}
