import { mean } from "./moments.ts";

/** Groups and images below which a noise floor says too little. */
const [minGroups, minScores] = [4, 10];

/** The score of one null draw. */
export interface NullScore {
  /** Draws of one group went the same way: towards the same image. */
  readonly group: string;
  readonly value: number;
}

/** What a row's mean would be if its images had gone another way together. */
export interface NoiseFloor {
  readonly mean: number;
  /** Of the mean of `images` images that all go one way drawn at random, its distance from `mean` as estimated. */
  readonly standardDeviation: number;
}

/**
 * Noise floor of a mean over `images` images. The gradient of a base is much the same on all its images, and so is an effect
 * that it has by accident: averaging over images does not remove it. Null scores are therefore taken as a one-way random
 * effects model (Searle, Casella & McCulloch 1992, ch. 3: ANOVA estimates, unequal groups): σ_way² between groups, σ_image²
 * within. The mean of a row has the variance σ_way² + σ_image²/images, to which that of the estimated mean is added.
 * undefined for fewer than ten scores or four groups.
 */
export function noiseFloor(scores: readonly NullScore[], images: number): NoiseFloor | undefined {
  const groups = new Map<string, number[]>();
  for (const { group, value } of scores) {
    const values = groups.get(group);
    if (values === undefined) groups.set(group, [value]);
    else values.push(value);
  }
  const count = scores.length;
  if (count < minScores || groups.size < minGroups || count === groups.size) return undefined;
  const center = mean(scores.map(({ value }) => value));
  let [between, within, squaredSizes] = [0, 0, 0];
  for (const values of groups.values()) {
    const own = mean(values);
    between += values.length * (own - center) ** 2;
    for (const value of values) within += (value - own) ** 2;
    squaredSizes += values.length ** 2;
  }
  const ofImage = within / (count - groups.size);
  const size = (count - squaredSizes / count) / (groups.size - 1);
  const ofGroup = between / (groups.size - 1);
  // Never below its own standard error: where it comes out as 0, ways may differ and not show.
  const ofWay = Math.max((ofGroup - ofImage) / size, (ofGroup * Math.sqrt(2 / (groups.size - 1))) / size);
  const variance = ofWay * (1 + squaredSizes / count ** 2) + ofImage * (1 / images + 1 / count);
  return { mean: center, standardDeviation: Math.sqrt(variance) };
}
