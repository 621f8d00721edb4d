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
  /** For H0 |value| ≥ minEffect, of two one-sided tests (TOST) the larger: it is ≤ (1 − confidence)/2 exactly where `ci` lies inside ±minEffect. */
  readonly equivalence: number;
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
 * many that do not); its t is counted as infinite, and where the outermost 2 % of a side are such resamples Student's t takes over.
 */
export const vanishingShare = 0.05;

/** Share of the resamples in a tail below which it is fitted rather than counted. */
const tailShare = 0.02;

/** One side of t = (θ* − θ)/se*: 1 what lies above, −1 what lies below. */
type TailSide = 1 | -1;

/** The distribution of t. Interval and p-values are read from one and the same, so that they cannot disagree. */
export interface Curve {
  /** Share of t with side·t ≥ x. */
  tail(x: number, side: TailSide): number;
  /** Where that share is `share`: what lies farther out has less. */
  end(share: number, side: TailSide): number;
}

/** Interval and p-values of an estimate whose t has this distribution. */
export function estimateFrom(
  { value, standardError }: SampleEstimate,
  { tail, end }: Curve,
  method: Estimate["method"],
  { confidence, minEffect }: EstimateOptions,
): Estimate {
  if (standardError === 0) {
    const isBeyond = Math.abs(value) > minEffect;
    const pValues = isBeyond ? { pValue: 0, equivalence: 1 } : { pValue: 1, equivalence: 0 };
    return { value, standardError, ci: [value, value], ...pValues, method: "student" };
  }
  const share = (1 - confidence) / 2;
  const [fromHigh, fromLow] = [(value - minEffect) / standardError, (value + minEffect) / standardError];
  return {
    value,
    standardError,
    ci: [value - end(share, 1) * standardError, value + end(share, -1) * standardError],
    pValue: Math.min(1, 2 * Math.min(tail(fromHigh, 1), tail(-fromLow, -1))),
    equivalence: Math.max(tail(-fromHigh, -1), tail(fromLow, 1)),
    method,
  };
}

/**
 * Interval and p-values from studentized resamples (bootstrap-t, Efron & Tibshirani 1993, ch. 12.5).
 *
 * resampled holds t = (θ* − θ)/se* of every resample, ±∞ where se* vanishes; it is sorted in place. With 2000 resamples a p-value could not fall below
 * 1/2000, which no correction for hundreds of cells would let through; beyond the outermost 2 % the tail is that of Student's t with half the
 * degrees of freedom, scaled to meet the resamples there. Half, because the t of skewed values has a heavier tail than Student's.
 */
export function studentized(sample: SampleEstimate, resampled: Float64Array, options: EstimateOptions): Estimate {
  resampled.sort();
  const curve = resampledCurve(resampled, sample.degreesOfFreedom);
  return curve === undefined
    ? estimateFrom(sample, studentCurve(sample.degreesOfFreedom), "student", options)
    : estimateFrom(sample, curve, "bootstrap-t", options);
}

function studentCurve(degreesOfFreedom: number): Curve {
  return {
    tail: (x) => t.cdf(-x, degreesOfFreedom),
    end: (share) => -t.quantile(share, degreesOfFreedom),
  };
}

/** The curve of resampled t, sorted ascending; undefined where a tail has none to begin at. */
function resampledCurve(sorted: Float64Array, degreesOfFreedom: number): Curve | undefined {
  const count = sorted.length;
  const freedom = degreesOfFreedom / 2;
  const anchor = Math.max(1, Math.round(tailShare * count));
  /** The n-th from outside. */
  const nth = (place: number, side: TailSide): number =>
    side * (sorted[side === 1 ? count - place : place - 1] as number);
  const begins = (side: TailSide): boolean => nth(anchor, side) > 0 && Number.isFinite(nth(anchor, side));
  if (!begins(1) || !begins(-1)) return undefined;
  const scale = (side: TailSide): number => nth(anchor, side) / -t.quantile(anchor / count, freedom);
  return {
    tail(x, side) {
      if (x > nth(anchor, side)) return t.cdf(-x / scale(side), freedom);
      let lowest = 0;
      let highest = count;
      // Binary search for the number of resamples with side·t ≥ x: nth descends.
      while (lowest < highest) {
        const middle = (lowest + highest + 1) >> 1;
        if (nth(middle, side) >= x) lowest = middle;
        else highest = middle - 1;
      }
      return (lowest + 1) / (count + 1);
    },
    end(share, side) {
      if (share < anchor / count) return -t.quantile(share, freedom) * scale(side);
      // The position at which bootstrap-t intervals are exact for a pivot; not one less for a rounding error.
      return nth(Math.floor((count + 1) * share + 1e-9), side);
    },
  };
}
