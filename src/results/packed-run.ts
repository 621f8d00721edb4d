import { platform } from "#platform";
import type { AboutChunk, ChunkRows } from "./commit-chunk.ts";
import type { RunFile } from "./run-file.ts";
import type { ListingRow } from "./schema.ts";

export const packedFormat = "cfalign-packed-run";

/** A finished run in one JSON file: how one that was made in a browser is carried to where runs are folders. */
export interface PackedRun {
  readonly format: typeof packedFormat;
  readonly formatVersion: 1;
  readonly run: RunFile;
  readonly listing: readonly ListingRow[];
  readonly chunks: readonly PackedChunk[];
  /** Pictures and their descriptions, as base64 by path below the run's folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a chunk is committed with, and its rows. */
export interface PackedChunk extends AboutChunk {
  readonly rows: ChunkRows;
}

/** Whether a file is a packed run, by how it begins. */
export async function isPackedRun(path: string): Promise<boolean> {
  const { files } = platform;
  const beginning = `{"format":"${packedFormat}"`;
  if (((await files.size(path)) ?? 0) < beginning.length) return false;
  return new TextDecoder().decode(await files.readRange(path, 0, beginning.length)) === beginning;
}
