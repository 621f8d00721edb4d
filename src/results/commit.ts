import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { chunkName, type Shard } from "./chunks.ts";
import { parseJson } from "./parse-json.ts";
import { partTables } from "./schema.ts";

const part = z.object({
  /** Path below the run's folder. */
  file: z.string(),
  rows: z.number().int(),
  bytes: z.number().int(),
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
  /** Descriptions of its thumbnails; runs from before they were kept lack them. */
  thumbnails: z.array(z.string()).optional(),
});
export type Commit = z.infer<typeof commitSchema>;

const folder = "chunks";

function commitPath(run: string, shard: Shard, chunk: number): string {
  return platform.files.join(run, folder, `${chunkName(shard, chunk)}.json`);
}

/** Commits a chunk: from here on its parts count. */
export async function writeCommit(run: string, shard: Shard, commit: Commit): Promise<void> {
  await platform.files.write(commitPath(run, shard, commit.chunk), `${JSON.stringify(commit, null, 1)}\n`);
}

/** The commits of a run by chunk. Errors: CfalignError("input") for a commit that is not one or whose parts are gone. */
export async function readCommits(run: string, shard: Shard): Promise<Map<number, Commit>> {
  const commits = new Map<number, Commit>();
  const { files } = platform;
  if (!(await files.isDirectory(files.join(run, folder)))) return commits;
  for (const name of await files.list(files.join(run, folder))) {
    if (!name.endsWith(".json")) continue;
    const path = files.join(run, folder, name);
    const commit = parseJson(commitSchema, await files.read(path), path);
    if (name !== `${chunkName(shard, commit.chunk)}.json`) {
      throw new CfalignError(
        "input",
        `${path}: expected the commit of a chunk of shard ${shard.index}/${shard.count}, found chunk ${commit.chunk}: the folder mixes two runs; align again into an empty one`,
        { where: path },
      );
    }
    for (const { file, bytes } of Object.values(commit.parts)) {
      const found = await files.size(files.join(run, file));
      if (found !== bytes) {
        throw new CfalignError(
          "input",
          `${files.join(run, file)}: expected ${bytes} bytes, found ${found === undefined ? "no file" : found}: delete "${path}" and run align again to compute its chunk anew`,
          { where: file },
        );
      }
    }
    commits.set(commit.chunk, commit);
  }
  return new Map([...commits].sort(([a], [b]) => a - b));
}
