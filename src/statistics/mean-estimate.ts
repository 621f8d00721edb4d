import { largeSample, leanOf } from "./large-sample.ts";
import { mean, variance } from "./moments.ts";
import type { Resamples } from "./resamples.ts";
import { type Estimate, type EstimateOptions, studentized, vanishingShare } from "./studentized.ts";

/** Mean of at least two values with its interval and p-value: bootstrap-t, or those of a large sample (`largeSample`). */
export function meanEstimate(values: Float64Array, resamples: Resamples, options: EstimateOptions): Estimate {
  const count = values.length;
  const center = mean(values);
  const centered = values.map((value) => value - center);
  const spread = variance(values, center);
  const standardError = Math.sqrt(spread / count);
  const sample = { value: center, standardError, degreesOfFreedom: count - 1 };
  const lean = leanOf(count, { spread, cubes: centered.reduce((sum, value) => sum + value ** 3, 0) / count });
  if (lean !== undefined) return largeSample(sample, lean, options);
  const vanishing = vanishingShare ** 2 * spread;
  const resampled = new Float64Array(resamples.count);
  if (standardError > 0) {
    const { indices, start } = resamples.draws(count);
    for (let resample = 0; resample < resampled.length; resample++) {
      let sum = 0;
      let squares = 0;
      const first = start(resample);
      for (let at = first; at < first + count; at++) {
        const value = centered[indices[at] as number] as number;
        sum += value;
        squares += value * value;
      }
      const resampleVariance = (squares - (sum * sum) / count) / (count - 1);
      resampled[resample] =
        resampleVariance > vanishing
          ? sum / count / Math.sqrt(resampleVariance / count)
          : Math.sign(sum) * Number.POSITIVE_INFINITY;
    }
  }
  return studentized(sample, resampled, options);
}
