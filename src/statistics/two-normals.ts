/** Two normal distributions of one spread. */
export interface TwoNormals {
  readonly low: number;
  readonly high: number;
  readonly deviation: number;
  /** Part of the numbers that are of the higher one. */
  readonly share: number;
  /** Of every number, the probability that it is of the higher one. */
  readonly posterior: readonly number[];
}

const rounds = 200;
const still = 1e-8;
/** Part that either has at least, so that no outlier is a kind of its own. */
const leastShare = 0.02;

/**
 * Numbers as of two normal distributions with the same spread, by expectation and maximisation from their lower and their upper half; the posterior is then a logistic function of the
 * number. Numbers that are all the same are as likely of either.
 */
export function twoNormals(values: readonly number[]): TwoNormals {
  const count = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const meanOf = (some: readonly number[]): number =>
    some.reduce((sum, value) => sum + value, 0) / Math.max(1, some.length);
  let [low, high] = [meanOf(sorted.slice(0, count >> 1)), meanOf(sorted.slice(count >> 1))];
  const all = meanOf(values);
  const spread = Math.sqrt(meanOf(values.map((value) => (value - all) ** 2)));
  let [deviation, share] = [spread, 0.5];
  let posterior: readonly number[] = values.map(() => 0.5);
  if (spread === 0) return { low, high, deviation, share, posterior };
  for (let round = 0; round < rounds; round++) {
    const slope = (high - low) / deviation ** 2;
    const place = (high + low) / 2;
    const prior = Math.log(share / (1 - share));
    posterior = values.map((value) => 1 / (1 + Math.exp(-(slope * (value - place) + prior))));
    const weight = posterior.reduce((sum, part) => sum + part, 0);
    const before = [low, high, deviation, share];
    high = posterior.reduce((sum, part, i) => sum + part * (values[i] as number), 0) / weight;
    low = posterior.reduce((sum, part, i) => sum + (1 - part) * (values[i] as number), 0) / (count - weight);
    const square = posterior.reduce((sum, part, i) => {
      const value = values[i] as number;
      return sum + part * (value - high) ** 2 + (1 - part) * (value - low) ** 2;
    }, 0);
    // Of two distances alone the spread would come to nothing.
    deviation = Math.max(1e-3 * spread, Math.sqrt(square / count));
    share = Math.min(1 - leastShare, Math.max(leastShare, weight / count));
    if ([low, high, deviation, share].every((value, i) => Math.abs(value - (before[i] as number)) < still * spread))
      break;
  }
  return { low, high, deviation, share, posterior };
}
