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
