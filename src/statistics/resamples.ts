import type { Random } from "../base/random.ts";

/** Resamples of one length. */
interface Draws {
  /** Items that resamples draw; those of one follow each other. */
  readonly indices: Uint32Array;
  /** Where the indices of a resample begin. Those of another that was asked for before may be gone. */
  start(resample: number): number;
}

/** Bootstrap resamples of any length, drawn once and shared by everything that is resampled. */
export interface Resamples {
  /** Number of resamples. */
  readonly count: number;
  draws(length: number): Draws;
}

/** Uniform numbers in [0, 1), one row per resample: the first `length` of a row, times `length`, are the indices of that resample. */
interface Table {
  readonly uniform: Float32Array;
  /** Numbers in a row. */
  readonly stride: number;
}

/** 2⁻²⁴, the spacing of float32 below 1: multiples of it lose nothing and never round up to 1. */
const spacing = 2 ** -24;
/** Indices that are kept, for lengths that are asked for again: 100 MB. */
const mostKept = 25e6;

/**
 * Seeded resamples. Lengths up to the same power of two share one table, and a table depends on the seed and its size only: a cell's figures do
 * not depend on which cells were computed before it.
 */
export function createResamples(random: Random, count: number): Resamples {
  const tables = new Map<number, Table>();
  /** By length; undefined for one that was asked for once. */
  const kept = new Map<number, Draws | undefined>();
  let room = mostKept;

  const tableFor = (length: number): Table => {
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
  };

  return {
    count,
    draws(length) {
      const known = kept.get(length);
      if (known !== undefined) return known;
      const { uniform, stride } = tableFor(length);
      const fill = (indices: Uint32Array, at: number, resample: number): void => {
        const from = resample * stride;
        for (let i = 0; i < length; i++) indices[at + i] = (uniform[from + i] as number) * length;
      };
      if (!kept.has(length) || room < count * length) {
        kept.set(length, undefined);
        const indices = new Uint32Array(length);
        return {
          indices,
          start(resample) {
            fill(indices, 0, resample);
            return 0;
          },
        };
      }
      const indices = new Uint32Array(count * length);
      for (let resample = 0; resample < count; resample++) fill(indices, resample * length, resample);
      const draws = { indices, start: (resample: number) => resample * length };
      room -= indices.length;
      kept.set(length, draws);
      return draws;
    },
  };
}
