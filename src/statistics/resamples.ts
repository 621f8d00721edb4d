import type { Random } from "../random.ts";

/** Bootstrap resamples of any length, drawn once per length and shared by everything of that length. */
export interface Resamples {
  /** Number of resamples. */
  readonly count: number;
  /** Indices of all resamples of `length` values, one resample after the other: [count × length]. */
  indices(length: number): Uint32Array;
}

/** Index sets kept at a time, as a number of indices: 64 MB. */
const keptIndices = 16_000_000;

/**
 * Seeded resamples. The indices for a length depend on the seed and that length only, so a cell's figures do not depend
 * on which other cells were computed before it.
 */
export function createResamples(random: Random, count: number): Resamples {
  const kept = new Map<number, Uint32Array>();
  let size = 0;
  return {
    count,
    indices(length) {
      const known = kept.get(length);
      if (known) return known;
      const stream = random.fork(`resamples/${length}`);
      const drawn = new Uint32Array(count * length);
      for (let i = 0; i < drawn.length; i++) drawn[i] = stream.integer(length);
      for (const [oldest, indices] of kept) {
        if (size + drawn.length <= keptIndices) break;
        kept.delete(oldest);
        size -= indices.length;
      }
      kept.set(length, drawn);
      size += drawn.length;
      return drawn;
    },
  };
}
