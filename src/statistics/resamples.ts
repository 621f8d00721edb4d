import type { Random } from "../random.ts";

/** Random draws for the resamples of one length. */
interface Draws {
  /** Uniform in [0, 1), one row per resample; the first `length` of a row, times `length`, are the indices of that resample. */
  readonly uniform: Float32Array;
  /** Numbers in a row: at least `length`. */
  readonly stride: number;
}

/** Bootstrap resamples of any length, drawn once and shared by everything that is resampled. */
export interface Resamples {
  /** Number of resamples. */
  readonly count: number;
  draws(length: number): Draws;
}

/** 2⁻²⁴, the spacing of float32 below 1: multiples of it lose nothing and never round up to 1. */
const spacing = 2 ** -24;

/**
 * Seeded resamples. Lengths up to the same power of two share one table, and a table depends on the seed and its size only: a cell's figures do
 * not depend on which cells were computed before it.
 */
export function createResamples(random: Random, count: number): Resamples {
  const tables = new Map<number, Draws>();
  return {
    count,
    draws(length) {
      let stride = 64;
      while (stride < length) stride *= 2;
      let table = tables.get(stride);
      if (table === undefined) {
        const stream = random.fork(`resamples/${stride}`);
        table = { uniform: new Float32Array(count * stride), stride };
        for (let i = 0; i < table.uniform.length; i++) table.uniform[i] = stream.integer(2 ** 24) * spacing;
        tables.set(stride, table);
      }
      return table;
    },
  };
}
