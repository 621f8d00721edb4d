import type { ImageRow } from "../alignment/rows.ts";

/** Images per chunk: what is computed, written and committed together. */
export const chunkSize = 64;

/** One of `count` equal parts of a run: every count-th image of the order, starting at image `index` (from 1). */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const wholeRun: Shard = { index: 1, count: 1 };

/** The items of a shard, in order. */
export function shardOf<T>(ordered: readonly T[], shard: Shard): T[] {
  return ordered.filter((_, position) => position % shard.count === shard.index - 1);
}

/** Splits items into chunks; the last may be shorter. */
export function chunksOf<T>(items: readonly T[], size = chunkSize): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

/** Positions of the first and the last image of a shard's chunk in the order of the run. images: of the whole run. */
export function chunkSpan(
  shard: Shard,
  chunk: number,
  images: number,
): { readonly first: number; readonly last: number } {
  const positionOf = (place: number): number => place * shard.count + shard.index - 1;
  const own = Math.ceil((images - shard.index + 1) / shard.count);
  return {
    first: positionOf(chunk * chunkSize),
    last: positionOf(Math.min(own, (chunk + 1) * chunkSize) - 1),
  };
}

/** Name of a chunk's files, `SHARD-CHUNK`: `1of4-00002`. */
export function chunkName(shard: Shard, chunk: number): string {
  return `${shard.index}of${shard.count}-${String(chunk).padStart(5, "0")}`;
}

/**
 * How many chunks an unsharded run computes: up to the one in which every base has its limit, or all of them.
 * counterfactuals: positions of the images with a counterfactual, by base.
 */
export function chunksNeeded(
  images: number,
  limit: number | null,
  counterfactuals: Iterable<readonly ImageRow["position"][]>,
): number {
  let needed = 0;
  const all = Math.ceil(images / chunkSize);
  for (const positions of counterfactuals) {
    const last = limit === null ? undefined : positions.toSorted((a, b) => a - b)[limit - 1];
    if (last === undefined) return all;
    needed = Math.max(needed, Math.floor(last / chunkSize) + 1);
  }
  return needed;
}
