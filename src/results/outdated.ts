import { platform } from "#platform";
import { chunkName, type Shard } from "./chunks.ts";
import type { Commit } from "./commit.ts";
import { partTables } from "./schema.ts";

/** Removes parts that a larger limit replaced, where the process was killed before it could. */
export async function removeOutdated(run: string, shard: Shard, commits: Iterable<Commit>): Promise<void> {
  const { files } = platform;
  for (const { chunk, generation } of commits) {
    for (let old = 1; old < generation; old++) {
      for (const table of partTables) await files.remove(files.join(run, table, partName(shard, chunk, old)));
    }
  }
}

/** Name of a chunk's part: `1of4-00002.parquet`, and `1of4-00002.2.parquet` once a larger limit added to it. */
export function partName(shard: Shard, chunk: number, generation: number): string {
  return `${chunkName(shard, chunk)}${generation === 1 ? "" : `.${generation}`}.parquet`;
}
