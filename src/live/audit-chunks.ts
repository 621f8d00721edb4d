import { chunkSize } from "../results/chunks.ts";
import type { Commit } from "../results/commit.ts";
import type { AboutChunk, ChunkRows } from "../results/commit-chunk.ts";
import type { ChunkResult } from "../run/chunk-work.ts";

/** What was made from one look to the next: a part of a chunk. */
export interface AuditPart extends Pick<ChunkResult, "bases" | "pictures" | "rows" | "notFinite"> {
  /** Description of its thumbnails. */
  readonly sheet: string | undefined;
}

/** A chunk as far as it was looked at. */
export interface SeenChunk {
  readonly about: AboutChunk;
  readonly rows: ChunkRows;
}

/** Chunk of the image at a position. */
export function chunkAt(position: number): number {
  return Math.floor(position / chunkSize);
}

/** A chunk with one more part; before: undefined for its first. */
export function withPart(chunk: number, before: SeenChunk | undefined, part: AuditPart): SeenChunk {
  const { bases = {}, pictures = [], notFinite = [], thumbnails = [] } = before?.about ?? {};
  const stateOf = ([base, { counterfactuals }]: [string, Commit["bases"][string]]): [
    string,
    Commit["bases"][string],
  ] => [
    base,
    // A look has room for all of its pictures.
    { counterfactuals: counterfactuals + (bases[base]?.counterfactuals ?? 0), complete: true },
  ];
  const left = [...notFinite, ...part.notFinite];
  const about = {
    chunk,
    bases: Object.fromEntries(Object.entries(part.bases).map(stateOf)),
    pictures: [...pictures, ...part.pictures],
    thumbnails: [...thumbnails, ...(part.sheet === undefined ? [] : [part.sheet])],
    ...(left.length === 0 ? {} : { notFinite: left }),
  };
  return { about, rows: joined([...(before === undefined ? [] : [before.rows]), part.rows]) };
}

/** The rows of some chunks, or parts of one, one after the other. */
export function joined(rows: readonly ChunkRows[]): ChunkRows {
  return {
    images: rows.flatMap(({ images }) => images),
    predictions: rows.flatMap(({ predictions }) => predictions),
    counterfactuals: rows.flatMap(({ counterfactuals }) => counterfactuals),
    changes: rows.flatMap(({ changes }) => changes),
    products: rows.flatMap(({ products }) => products),
    saliency: rows.flatMap(({ saliency }) => saliency),
  };
}
