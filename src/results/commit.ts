import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { chunkName, type Shard } from "./chunks.ts";
import type { PartFile } from "./parts.ts";
import { type PartTable, partTables } from "./schema.ts";
import { openSealed, sealed } from "./sealed-json.ts";

const part = z.object({
  /** Path below the run's folder. */
  file: z.string(),
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Of the file; runs from before it was written down lack it. */
  sha256: z.string().optional(),
});

/** What commits a chunk: the parts and pictures that count. Files that no commit names are leftovers. */
export const commitSchema = z.object({
  chunk: z.number().int().nonnegative(),
  /** Grows when a larger limit adds to a chunk: the new parts lie beside the old ones until the new commit is there. */
  generation: z.number().int().positive(),
  images: z.number().int(),
  /** By base: how many counterfactuals the chunk holds, and whether no selected image of it is without one. */
  bases: z.record(
    z.string(),
    z.object({
      counterfactuals: z.number().int(),
      complete: z.boolean(),
      /** Of a shard that takes a share: positions of the selected images without one. */
      pending: z.array(z.number().int()).optional(),
    }),
  ),
  parts: z.object(
    Object.fromEntries(partTables.map((table) => [table, part])) as Record<(typeof partTables)[number], typeof part>,
  ),
  pictures: z.array(z.object({ base: z.string(), image: z.string(), file: z.string() })),
  /** Images and classifiers without rows, since a number on the way to them is not finite; absent where there are none. */
  notFinite: z.array(z.object({ image: z.string(), classifier: z.string() })).optional(),
  /** Descriptions of its thumbnails; runs from before they were kept lack them. */
  thumbnails: z.array(z.string()).optional(),
});
export type Commit = z.infer<typeof commitSchema>;

const folder = "chunks";

/** Where the commit of a chunk is. */
export function commitPath(run: string, shard: Shard, chunk: number): string {
  return platform.files.join(run, folder, `${chunkName(shard, chunk)}.json`);
}

/** Commits a chunk: from here on its parts count. */
export async function writeCommit(run: string, shard: Shard, commit: Commit): Promise<void> {
  await platform.files.write(commitPath(run, shard, commit.chunk), `${await sealed(commit, 1)}\n`);
}

/** What becomes of a chunk without its commit. */
const anew = "run align again to compute its chunk anew";

/** The part of a table that a commit names. */
export function partOf(run: string, shard: Shard, commit: Commit, table: PartTable): PartFile {
  const { file, sha256 } = commit.parts[table];
  const remedy = `delete "${commitPath(run, shard, commit.chunk)}" and ${anew}`;
  return { path: platform.files.join(run, file), sha256, remedy };
}

/** The commits of a run by chunk. Errors: CfalignError("input") for a commit that is not one or whose parts are gone. */
export async function readCommits(run: string, shard: Shard): Promise<Map<number, Commit>> {
  const commits = new Map<number, Commit>();
  const { files } = platform;
  if (!(await files.isDirectory(files.join(run, folder)))) return commits;
  for (const name of await files.list(files.join(run, folder))) {
    if (!name.endsWith(".json")) continue;
    const path = files.join(run, folder, name);
    const commit = await openSealed(commitSchema, await files.read(path), { path, remedy: `delete it and ${anew}` });
    if (name !== `${chunkName(shard, commit.chunk)}.json`) {
      throw new CfalignError(
        "input",
        `${path}: expected the commit of a chunk of shard ${shard.index}/${shard.count}, found chunk ${commit.chunk}: the folder mixes two runs; align again into an empty one`,
        { where: path },
      );
    }
    for (const table of partTables) {
      const { path: file, remedy } = partOf(run, shard, commit, table);
      const { bytes } = commit.parts[table];
      const found = await files.size(file);
      if (found === bytes) continue;
      throw new CfalignError(
        "input",
        `${file}: expected ${bytes} bytes, found ${found === undefined ? "no file" : found}: ${remedy}`,
        { where: file },
      );
    }
    commits.set(commit.chunk, commit);
  }
  return new Map([...commits].sort(([a], [b]) => a - b));
}
