import type { Random } from "../base/random.ts";
import type { Points } from "./leading-coordinates.ts";

/** Passes at most; it settles long before. */
const passes = 50;

/** Points in groups around means. */
export interface Partition {
  /** By point: its group, from 0. */
  readonly group: Int32Array;
  /** Sum of the squared distances to the means. */
  readonly spread: number;
}

/** Points in `groups` groups that lie closest to their means (Lloyd 1982), the best of some starts by k-means++ (Arthur & Vassilvitskii 2007). */
export function kMeans(
  points: Points,
  groups: number,
  { random, starts = 4 }: { readonly random: Random; readonly starts?: number },
): Partition {
  let best: Partition | undefined;
  for (let start = 0; start < starts; start++) {
    const found = settled(points, firstMeans(points, groups, random));
    if (best === undefined || found.spread < best.spread) best = found;
  }
  return best as Partition;
}

function squaredDistance(points: Points, i: number, means: Float64Array, k: number): number {
  const { data, size } = points;
  let sum = 0;
  for (let at = 0; at < size; at++) {
    sum += ((data[i * size + at] as number) - (means[k * size + at] as number)) ** 2;
  }
  return sum;
}

/** Points as means, each drawn by how far it is from those before. */
function firstMeans(points: Points, groups: number, random: Random): Float64Array {
  const { data, count, size } = points;
  const means = new Float64Array(groups * size);
  const distance = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let next = random.integer(count);
  for (let k = 0; k < groups; k++) {
    means.set(data.subarray(next * size, (next + 1) * size), k * size);
    let all = 0;
    for (let i = 0; i < count; i++) {
      distance[i] = Math.min(distance[i] as number, squaredDistance(points, i, means, k));
      all += distance[i] as number;
    }
    let left = random.uniform() * all;
    next = distance.findIndex((one) => {
      left -= one;
      return left < 0;
    });
    if (next < 0) next = random.integer(count);
  }
  return means;
}

function settled(points: Points, means: Float64Array): Partition {
  const { data, count, size } = points;
  const groups = means.length / size;
  const group = new Int32Array(count).fill(-1);
  let spread = 0;
  for (let pass = 0; pass < passes; pass++) {
    let moved = false;
    spread = 0;
    for (let i = 0; i < count; i++) {
      let [nearest, least] = [0, Number.POSITIVE_INFINITY];
      for (let k = 0; k < groups; k++) {
        const distance = squaredDistance(points, i, means, k);
        if (distance < least) [nearest, least] = [k, distance];
      }
      moved ||= group[i] !== nearest;
      group[i] = nearest;
      spread += least;
    }
    if (!moved) break;
    const counts = new Float64Array(groups);
    const sums = new Float64Array(means.length);
    for (let i = 0; i < count; i++) {
      const k = group[i] as number;
      counts[k] = (counts[k] as number) + 1;
      for (let at = 0; at < size; at++) {
        sums[k * size + at] = (sums[k * size + at] as number) + (data[i * size + at] as number);
      }
    }
    // A group that lost all its points stays where it was.
    sums.forEach((sum, at) => {
      const own = counts[Math.floor(at / size)] as number;
      if (own > 0) means[at] = sum / own;
    });
  }
  return { group, spread };
}
