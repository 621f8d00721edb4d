import beta from "@stdlib/stats-base-dists-beta";

/** Exact two-sided interval of a share (Clopper and Pearson, Biometrika 1934): some of `count` answered. [0, 1] of none. */
export function shareInterval(some: number, count: number, confidence: number): readonly [number, number] {
  const tail = (1 - confidence) / 2;
  return [lowerBound(some, count, tail), upperBound(some, count, tail)];
}

/** Largest share under which so few are still seen with a probability of `tail`: 3/n where none of n answered, for a tail of 5 %. */
export function upperBound(some: number, count: number, tail: number): number {
  return some >= count ? 1 : beta.quantile(1 - tail, some + 1, count - some);
}

function lowerBound(some: number, count: number, tail: number): number {
  return some <= 0 ? 0 : beta.quantile(tail, some, count - some + 1);
}
