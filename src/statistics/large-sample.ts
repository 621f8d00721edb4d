import t from "@stdlib/stats-base-dists-t";
import { type Curve, type Estimate, type EstimateOptions, estimateFrom, type SampleEstimate } from "./studentized.ts";

/** Values from which a sample is large. */
const leastLarge = 500;
/** How far the t of a large sample may be bent: that of a mean whose skewness is a tenth of √n. */
export const mostBend = 0.1 / 3;

/** How the distribution of t = (θ* − θ)/se* departs from Student's, each of the order 1/√n: P(t ≤ x) is that of x + bend·x² + shift. */
export interface Lean {
  readonly bend: number;
  readonly shift: number;
}

/**
 * The lean of the mean of values with these moments about it: bend γ/(3√n) and shift γ/(6√n), γ being their skewness (Hall, "On the Removal
 * of Skewness by Transformation", 1992). undefined where the sample is small, or leans too much for two terms to describe it: a few
 * values that stand apart, for which resamples are needed.
 */
export function leanOf(
  count: number,
  { spread, cubes }: { readonly spread: number; readonly cubes: number },
): Lean | undefined {
  if (count < leastLarge || spread === 0) return undefined;
  const bend = cubes / spread ** 1.5 / Math.sqrt(count) / 3;
  return Math.abs(bend) <= mostBend ? { bend, shift: bend / 2 } : undefined;
}

/**
 * Interval and p-values of a large sample: Student's, bent by its lean. To the order that resamples reach too (1/n), without what 2000 of
 * them leave to chance, and in a thousandth of their time.
 */
export function largeSample(sample: SampleEstimate, { bend, shift }: Lean, options: EstimateOptions): Estimate {
  const { degreesOfFreedom } = sample;
  /** Hall's transformation, with the cubic term that makes it grow everywhere. */
  const straightened = (x: number): number => x + bend * x * x + (bend * bend * x ** 3) / 3 + shift;
  const bent = (z: number): number =>
    Math.abs(bend) < 1e-9 ? z - shift : (Math.cbrt(1 + 3 * bend * (z - shift)) - 1) / bend;
  const curve: Curve = {
    tail: (x, side) => t.cdf(-side * straightened(side * x), degreesOfFreedom),
    end: (share, side) => side * bent(-side * t.quantile(share, degreesOfFreedom)),
  };
  return estimateFrom(sample, curve, "large-sample", options);
}
