import t from "@stdlib/stats-base-dists-t";
import type { Interval } from "./studentized.ts";

/** Degrees of freedom at which Student's t is the normal distribution to float64. */
const normal = 1e12;

/**
 * Expanded percentile interval of a statistic of `count` images from its resamples (Hesterberg, "What Teachers Should Know About the
 * Bootstrap", 2015, § 5): the percentile interval is too narrow for few images by √((n − 1)/n) and by the normal in place of Student's t,
 * so that the shares cut off at its ends are made smaller to match. `resampled` is sorted in place.
 */
export function percentileInterval(resampled: Float64Array, count: number, confidence: number): Interval {
  resampled.sort();
  const cut = t.cdf(Math.sqrt(count / (count - 1)) * t.quantile((1 - confidence) / 2, count - 1), normal);
  const at = (share: number): number => {
    const position = Math.min(resampled.length - 1, Math.max(0, (resampled.length + 1) * share - 1));
    const below = Math.floor(position);
    const low = resampled[below] as number;
    const high = resampled[Math.min(resampled.length - 1, below + 1)] as number;
    return low + (position - below) * (high - low);
  };
  return [at(cut), at(1 - cut)];
}
