/** A label counts so many times the mean at most. */
const most = 10;

/**
 * What a label of a column counts: both kinds alike in sum and every column as every other, however many have a label; rare ones ten times the mean at
 * most. labels: of the pictures that are learned from.
 */
export function importanceOf(labels: readonly (number | undefined)[]): readonly [zeros: number, ones: number] {
  const counts = [0, 1].map((kind) => labels.filter((label) => label === kind).length) as [number, number];
  const [zeros, ones] = counts.map((count) => (count === 0 ? 0 : Math.min(most, labels.length / (2 * count))));
  return [zeros as number, ones as number];
}
