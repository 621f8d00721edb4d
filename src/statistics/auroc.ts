import { z } from "zod";
import { mean, variance } from "./moments.ts";

/** Probability that a positive scores above a negative, ties half (Mann–Whitney); undefined where one side is empty. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number | undefined {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.score === all[start]?.score) end++;
    // Ranks from 1; equal scores share the mean of theirs.
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at++) if (all[at]?.positive) rankSum += rank;
    start = end;
  }
  const pairs = positives.length * negatives.length;
  return (rankSum - (positives.length * (positives.length + 1)) / 2) / pairs;
}

/** An AUROC with its interval, as it is printed. */
export const aurocEstimate = z
  .strictObject({ value: z.number(), ci: z.tuple([z.number(), z.number()]).readonly() })
  .readonly();
/** An AUROC with its interval. */
export type AurocEstimate = z.infer<typeof aurocEstimate>;

/**
 * AUROC with the interval of DeLong, DeLong & Clarke-Pearson (1988), on the logit so that it stays in [0, 1]; needs two
 * scores on each side, else undefined. A perfect ranking, whose variance is 0, has the exact one-sided bound of as many
 * pairs as the smaller side (rule of three). z: of the confidence, 1.96 for 95 %.
 */
export function aurocInterval(
  positives: readonly number[],
  negatives: readonly number[],
  z = 1.959964,
): AurocEstimate | undefined {
  const value = auroc(positives, negatives);
  if (value === undefined || positives.length < 2 || negatives.length < 2) return undefined;
  if (value === 0 || value === 1) {
    const reach = Math.min(1, 3 / Math.min(positives.length, negatives.length));
    return { value, ci: value === 1 ? [1 - reach, 1] : [0, reach] };
  }
  const above = positives.map((score) => auroc([score], negatives) as number);
  const below = negatives.map((score) => auroc(positives, [score]) as number);
  const error = Math.sqrt(
    variance(above, mean(above)) / positives.length + variance(below, mean(below)) / negatives.length,
  );
  const logit = Math.log(value / (1 - value));
  const reach = (z * error) / (value * (1 - value));
  const back = (at: number): number => 1 / (1 + Math.exp(-at));
  return { value, ci: [back(logit - reach), back(logit + reach)] };
}
