import { createRandom, type Random } from "../src/random.ts";

/** Which of `count` images a resample takes: indices, some twice; every list of the same length is drawn alike. */
export type Draw = (count: number) => Int32Array;

/** Every image once. */
export const everyImage: Draw = (count) => Int32Array.from({ length: count }, (_, i) => i);

/** The first images only. */
export function firstImages(most: number): Draw {
  return (count) => everyImage(Math.min(count, most));
}

/** A seeded resample. */
export function resampledImages(seed: string): Draw {
  const drawn = new Map<number, Int32Array>();
  return (count) => {
    let indices = drawn.get(count);
    if (indices === undefined) {
      const random = createRandom(`${seed}/${count}`);
      indices = Int32Array.from({ length: count }, () => random.integer(count));
      drawn.set(count, indices);
    }
    return indices;
  };
}

/** As many clusters as there are, drawn with replacement. */
export function resampledClusters<T>(clusters: readonly T[], random: Random): T[] {
  return clusters.map(() => clusters[random.integer(clusters.length)] as T);
}
