import t from "@stdlib/stats-base-dists-t";
import { mean, variance } from "./moments.ts";

/** A mean with Student's interval; no mean of nothing, no interval of one value. */
export interface MeanInterval {
  readonly mean: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
}

/** Means with Student's intervals, for many small samples: the quantiles are looked up once each. */
export function meanIntervals(confidence: number): (values: readonly number[]) => MeanInterval {
  const quantiles = new Map<number, number>();
  const quantile = (degreesOfFreedom: number): number => {
    const known = quantiles.get(degreesOfFreedom) ?? t.quantile(1 - (1 - confidence) / 2, degreesOfFreedom);
    quantiles.set(degreesOfFreedom, known);
    return known;
  };
  return (values) => {
    const count = values.length;
    if (count === 0) return { mean: null, ci: null, count };
    const center = mean(values);
    if (count === 1) return { mean: center, ci: null, count };
    const half = quantile(count - 1) * Math.sqrt(variance(values, center) / count);
    return { mean: center, ci: [center - half, center + half], count };
  };
}
