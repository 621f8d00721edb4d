import type { Random } from "../base/random.ts";
import { kMeans } from "./k-means.ts";
import type { Points } from "./leading-coordinates.ts";
import { mean } from "./moments.ts";

export interface StableGroupsOptions {
  /** Groups at most. */
  readonly most: number;
  /** Points that a group has at least. */
  readonly smallest: number;
  readonly resamples?: number;
  readonly random: Random;
}

/** Stability that every group has at least: what Hennig calls valid. */
const leastStability = 0.75;

/** Groups of points that come back in resamples of them. */
export interface StableGroups {
  /** By point: its group, from 0. */
  readonly group: Int32Array;
  /** By group: mean Jaccard similarity with the most similar group of each resample, from 0 to 1. */
  readonly stability: readonly number[];
}

/**
 * Points in the largest number of groups (k-means, from 2 to `most`) of which every one has at least `smallest` points and is found again in bootstrap resamples: cluster-wise
 * stability by the Jaccard similarity (Hennig 2007, Cluster-wise assessment of cluster stability). One group, of stability 1, where no number is stable.
 */
export function stableGroups(points: Points, options: StableGroupsOptions): StableGroups {
  const { most, smallest, random } = options;
  for (let groups = most; groups >= 2; groups--) {
    if (groups * smallest > points.count) continue;
    const { group } = kMeans(points, groups, { random });
    const counts = new Int32Array(groups);
    for (const one of group) counts[one] = (counts[one] as number) + 1;
    if (counts.some((count) => count < smallest)) continue;
    const stability = stabilityOf(points, { group, groups }, options);
    if (stability.every((one) => one >= leastStability)) return { group, stability };
  }
  return { group: new Int32Array(points.count), stability: [1] };
}

/** How alike each group is to the most similar one of every resample, over the points that were drawn. */
function stabilityOf(
  points: Points,
  { group, groups }: { readonly group: Int32Array; readonly groups: number },
  { random, resamples = 40 }: StableGroupsOptions,
): number[] {
  const { data, count, size } = points;
  const found: number[][] = Array.from({ length: groups }, () => []);
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = Int32Array.from({ length: count }, () => random.integer(count));
    const own = new Float64Array(count * size);
    for (const [to, from] of drawn.entries()) own.set(data.subarray(from * size, (from + 1) * size), to * size);
    const again = kMeans({ data: own, count, size }, groups, { random, starts: 2 }).group;
    const seen = new Uint8Array(count);
    const both = new Float64Array(groups * groups);
    const [before, after] = [new Float64Array(groups), new Float64Array(groups)];
    drawn.forEach((point, at) => {
      if (seen[point] === 1) return;
      seen[point] = 1;
      const [a, b] = [group[point] as number, again[at] as number];
      both[a * groups + b] = (both[a * groups + b] as number) + 1;
      before[a] = (before[a] as number) + 1;
      after[b] = (after[b] as number) + 1;
    });
    for (let a = 0; a < groups; a++) {
      let most = 0;
      for (let b = 0; b < groups; b++) {
        const common = both[a * groups + b] as number;
        const either = (before[a] as number) + (after[b] as number) - common;
        if (either > 0) most = Math.max(most, common / either);
      }
      found[a]?.push(most);
    }
  }
  return found.map(mean);
}
