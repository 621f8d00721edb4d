import { platform } from "#platform";
import type { Shard } from "./chunks.ts";
import { type Commit, writeCommit } from "./commit.ts";
import { partName, removeOutdated } from "./outdated.ts";
import { writePart } from "./parts.ts";
import { type PartTable, partTables, type Rows } from "./schema.ts";

/** The rows of one chunk, each table in the order of images, bases, classifiers. */
export type ChunkRows = { readonly [T in PartTable]: readonly Rows[T][] };

/** What a commit says beside its parts. */
export type AboutChunk = Pick<Commit, "chunk" | "bases" | "pictures" | "thumbnails" | "notFinite">;

/** The shard of a run that a chunk belongs to. */
export interface ShardFolder {
  /** Folder of the run. */
  readonly out: string;
  readonly shard: Shard;
}

/** Writes the parts of a chunk and commits them; parts of an earlier generation go when the new ones count. */
export async function commitChunk(
  { out, shard }: ShardFolder,
  rows: ChunkRows,
  about: AboutChunk,
  previous?: Commit,
): Promise<Commit> {
  const { files } = platform;
  const generation = (previous?.generation ?? 0) + 1;
  const name = partName(shard, about.chunk, generation);
  const write = async <T extends PartTable>(table: T) => {
    const file = `${table}/${name}`;
    const written = await writePart(files.join(out, file), table, rows[table]);
    return { file, rows: rows[table].length, ...written };
  };
  const parts: Partial<Commit["parts"]> = {};
  for (const table of partTables) parts[table] = await write(table);
  const commit: Commit = { ...about, generation, images: rows.images.length, parts: parts as Commit["parts"] };
  await writeCommit(out, shard, commit);
  if (previous !== undefined) await removeOutdated(out, shard, [commit]);
  return commit;
}
