import { platform } from "#platform";
import { base64 } from "../pictures/base64.ts";
import { chunkSize } from "../results/chunks.ts";
import type { Commit } from "../results/commit.ts";
import type { ChunkRows } from "../results/commit-chunk.ts";
import type { PackedChunk, PackedRun } from "../results/packed-run.ts";
import type { ChunkResult } from "../run/chunk-work.ts";

/** What was made from one look to the next: a part of a chunk. */
export interface AuditPart extends Pick<ChunkResult, "bases" | "pictures" | "rows" | "notFinite"> {
  /** Description of its thumbnails. */
  readonly sheet: string | undefined;
}

/** Chunk of the image at a position. */
export function chunkAt(position: number): number {
  return Math.floor(position / chunkSize);
}

/** The rows of some parts, one after the other. */
export function joined(parts: readonly AuditPart[]): ChunkRows {
  const rows = parts.map((part) => part.rows);
  return {
    images: rows.flatMap(({ images }) => images),
    predictions: rows.flatMap(({ predictions }) => predictions),
    counterfactuals: rows.flatMap(({ counterfactuals }) => counterfactuals),
    changes: rows.flatMap(({ changes }) => changes),
    products: rows.flatMap(({ products }) => products),
    saliency: rows.flatMap(({ saliency }) => saliency),
  };
}

/** Parts as the chunks of a run, in order. */
export function packedChunks(parts: readonly AuditPart[], bases: readonly string[]): PackedChunk[] {
  const chunkOf = ({ rows }: AuditPart): number => chunkAt(rows.images[0]?.position ?? 0);
  return [...new Set(parts.map(chunkOf))].map((chunk) => {
    const own = parts.filter((part) => chunkOf(part) === chunk);
    const stateOf = (base: string): Commit["bases"][string] => ({
      counterfactuals: own.reduce((sum, part) => sum + (part.bases[base]?.counterfactuals ?? 0), 0),
      // A look has room for all of its pictures.
      complete: true,
    });
    return {
      chunk,
      bases: Object.fromEntries(bases.map((base) => [base, stateOf(base)])),
      rows: joined(own),
      pictures: own.flatMap(({ pictures }) => pictures),
      notFinite: own.flatMap(({ notFinite }) => notFinite),
      thumbnails: own.flatMap(({ sheet }) => sheet ?? []),
    };
  });
}

/** The files of what chunks name: descriptions, and the pictures beside them. run: its folder. */
export async function picturesOf(run: string, chunks: readonly PackedChunk[]): Promise<PackedRun["files"]> {
  const { files } = platform;
  const stem = (file: string): string => file.replace(/\.\w+$/, "");
  const wanted = new Set(
    chunks.flatMap(({ pictures, thumbnails = [] }) => [...pictures.map(({ file }) => file), ...thumbnails].map(stem)),
  );
  const found: Record<string, string> = {};
  for (const file of await files.list(run)) {
    if (wanted.has(stem(file))) found[file] = base64(await files.read(files.join(run, file)));
  }
  return found;
}
