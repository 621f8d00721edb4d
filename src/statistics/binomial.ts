import beta from "@stdlib/stats-base-dists-beta";
import type { Interval } from "./studentized.ts";

/** P(X ≤ count) of a binomial with `of` draws that each hit with this share. */
export function atMost(count: number, of: number, share: number): number {
  return count >= of ? 1 : beta.cdf(1 - share, of - count, count + 1);
}

/** Largest share that `count` hits among `of` do not exclude, one-sided (Clopper & Pearson 1934); with no hit among n about 3/n at 95 %. */
export function largestShare(count: number, of: number, confidence: number): number {
  return count >= of ? 1 : beta.quantile(confidence, count + 1, of - count);
}

/** Clopper & Pearson's interval of the share behind `count` hits among `of`: [0, 1] of none. */
export function shareInterval(count: number, of: number, confidence: number): Interval {
  const side = 1 - (1 - confidence) / 2;
  return [1 - largestShare(of - count, of, side), largestShare(count, of, side)];
}
