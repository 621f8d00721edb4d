import t from "@stdlib/stats-base-dists-t";

/** A closed interval [low, high]. */
export type Interval = readonly [low: number, high: number];

/** What an estimate is asked for. */
export interface EstimateOptions {
  /** Coverage of the interval, 0.95. */
  readonly confidence: number;
  /** Smallest effect that matters: p is for H0 |estimate| ≤ minEffect. */
  readonly minEffect: number;
}

/** An estimate with what its resamples say about it. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly ci: Interval;
  /** For H0 |value| ≤ minEffect, two-sided: it is ≤ 1 − confidence exactly where `ci` lies beyond ±minEffect. */
  readonly pValue: number;
  /** "student" where resample variances vanish and the resamples say nothing; "large-sample" where none are needed. */
  readonly method: "bootstrap-t" | "student" | "large-sample";
}

/** What a sample says of itself, before it is resampled. */
export interface SampleEstimate {
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/**
 * A resample whose standard deviation is below this share of the sample's has lost what made the sample vary (a few images that move among
 * many that do not); its t is counted as infinite, and where an end of the interval falls on such resamples Student's t takes over.
 */
export const vanishingShare = 0.05;

/** Share of the resamples in a tail below which p-values are read from a fitted tail rather than counted. */
const tailShare = 0.02;

/**
 * Interval and p-value from studentized resamples (bootstrap-t, Efron & Tibshirani 1993, ch. 12.5).
 *
 * resampled holds t = (θ* − θ)/se* of every resample, ±∞ where se* vanishes; it is sorted in place. With 2000 resamples a p-value could not fall below
 * 1/2000, which no correction for hundreds of cells would let through; beyond the outermost 2 % the tail is that of Student's t with half the
 * degrees of freedom, scaled to meet the resamples there. Half, because the t of skewed values has a heavier tail than Student's.
 */
export function studentized(
  { value, standardError, degreesOfFreedom }: SampleEstimate,
  resampled: Float64Array,
  { confidence, minEffect }: EstimateOptions,
): Estimate {
  if (standardError === 0) {
    const pValue = Math.abs(value) > minEffect ? 0 : 1;
    return { value, standardError, ci: [value, value], pValue, method: "student" };
  }
  const alpha = 1 - confidence;
  const above = (value - minEffect) / standardError;
  const below = -(value + minEffect) / standardError;
  resampled.sort();
  const low = quantile(resampled, alpha / 2);
  const high = quantile(resampled, 1 - alpha / 2);
  if (Number.isFinite(low) && Number.isFinite(high)) {
    const pAbove = upperTail(above, resampled, 1, degreesOfFreedom);
    const pBelow = upperTail(below, resampled, -1, degreesOfFreedom);
    return {
      value,
      standardError,
      ci: [value - high * standardError, value - low * standardError],
      pValue: Math.min(1, 2 * Math.min(pAbove, pBelow)),
      method: "bootstrap-t",
    };
  }
  const half = t.quantile(1 - alpha / 2, degreesOfFreedom) * standardError;
  const pValue = Math.min(1, 2 * Math.min(t.cdf(-above, degreesOfFreedom), t.cdf(-below, degreesOfFreedom)));
  return { value, standardError, ci: [value - half, value + half], pValue, method: "student" };
}

/** Order statistic at (B + 1)·share, the position at which bootstrap-t intervals are exact for a pivot. */
function quantile(sorted: Float64Array, share: number): number {
  const position = Math.round((sorted.length + 1) * share) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, position))] as number;
}

/** Share of resamples with sign·t ≥ observed, from the fitted tail where fewer than `tailShare` are; sorted ascending. */
function upperTail(observed: number, sorted: Float64Array, sign: 1 | -1, degreesOfFreedom: number): number {
  const count = sorted.length;
  const nth = (place: number): number => sign * (sorted[sign === 1 ? count - place : place - 1] as number);
  const anchor = Math.max(1, Math.round(tailShare * count));
  const start = nth(anchor);
  if (observed <= start || start <= 0 || !Number.isFinite(start)) {
    let lowest = 0;
    let highest = count;
    // Binary search for the number of resamples with sign·t ≥ observed: nth descends.
    while (lowest < highest) {
      const middle = (lowest + highest + 1) >> 1;
      if (nth(middle) >= observed) lowest = middle;
      else highest = middle - 1;
    }
    return (lowest + 1) / (count + 1);
  }
  const tailFreedom = degreesOfFreedom / 2;
  const share = anchor / count;
  const scale = start / -t.quantile(share, tailFreedom);
  return t.cdf(-observed / scale, tailFreedom);
}
