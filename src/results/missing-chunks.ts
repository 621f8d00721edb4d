import type { Commit } from "./commit.ts";
import type { RunFile } from "./run-file.ts";

/**
 * Chunks of a finished run that are not committed any more. A run from before their count was written down has only its gaps to tell
 * them by.
 */
export function missingChunks(
  { finishedAt, chunks }: Pick<RunFile, "finishedAt" | "chunks">,
  commits: ReadonlyMap<number, Commit>,
): number[] {
  if (finishedAt === null) return [];
  const count = chunks ?? 1 + Math.max(-1, ...commits.keys());
  return Array.from({ length: count }, (_, chunk) => chunk).filter((chunk) => !commits.has(chunk));
}
