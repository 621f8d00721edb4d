import { platform } from "#platform";
import { chunkSize, chunkSpan } from "./chunks.ts";
import { type Commit, readCommits } from "./commit.ts";
import { missingChunks } from "./missing-chunks.ts";
import type { OpenRun } from "./open-run.ts";
import { isRun, type RunFile, readRunFile, writeRunFile } from "./run-file.ts";
import { type BaseLook, type Lack, type Look, lackOf } from "./share.ts";

/** A shard that has to look further, and how far. */
export interface Lacking {
  readonly run: OpenRun;
  readonly lack: Lack;
}

/** The shards of a run that have to go on before their union is known. runs: all shards, finished. */
export async function lackingShards(runs: readonly OpenRun[]): Promise<readonly Lacking[]> {
  const [first] = runs;
  const limit = first?.file.options.limit ?? null;
  // A whole run needs nobody, and without a limit a finished shard has seen all of its images.
  if (first === undefined || limit === null || runs.length === 1) return [];
  const looks: Look[] = [];
  for (const run of runs) looks.push(lookOf(run, await readCommits(run.path, run.file.shard)));
  const lacks = lackOf(looks, { bases: first.bases, limit, images: first.images.length });
  return runs.flatMap((run, index) => {
    const lack = lacks[index];
    return lack === undefined ? [] : [{ run, lack }];
  });
}

/** Writes into the folders of shards how far they have to look: their align commands go on there. */
export async function askFurther(lacking: readonly Lacking[]): Promise<void> {
  for (const { run, lack } of lacking) {
    const lock = await platform.files.lockFolder(run.path);
    try {
      const file = await readRunFile(run.path);
      const limit = file.options.limit ?? Number.MAX_SAFE_INTEGER;
      const until: Record<string, number> = { ...file.share?.until };
      for (const [base, goal] of Object.entries(lack.until)) until[base] = Math.max(goal, until[base] ?? -1);
      const share = { counterfactuals: file.share?.counterfactuals ?? limit, until, images: lack.images };
      await writeRunFile(run.path, { ...file, share, finishedAt: null });
    } finally {
      await lock.release();
    }
  }
}

/** How far a shard has looked. */
function lookOf({ file, counterfactuals, images }: OpenRun, commits: ReadonlyMap<number, Commit>): Look {
  const { shard, bases } = file;
  const positions = new Map(images.map(({ image, position }) => [image, position]));
  const found = new Map<string, number[]>(bases.map((base) => [base, []]));
  for (const { base, image } of counterfactuals) found.get(base)?.push(positions.get(image) as number);
  const own = Math.ceil((images.length - shard.index + 1) / shard.count);
  const chunks = Array.from({ length: Math.ceil(own / chunkSize) }, (_, chunk) => ({
    ...chunkSpan(shard, chunk, images.length),
    commit: commits.get(chunk),
  }));
  const shown = chunks.find(({ commit }) => commit === undefined);
  return {
    bases: new Map(bases.map((base) => [base, baseLookOf(base, found.get(base) ?? [], chunks)])),
    images: shown === undefined ? Infinity : shown.first - 1,
  };
}

interface SeenChunk {
  readonly first: number;
  readonly last: number;
  readonly commit: Commit | undefined;
}

function baseLookOf(base: string, found: readonly number[], chunks: readonly SeenChunk[]): BaseLook {
  const pending: number[] = [];
  let known = Infinity;
  for (const { first, last, commit } of chunks) {
    const state = commit?.bases[base];
    if (state !== undefined && (state.complete || state.pending !== undefined)) {
      pending.push(...(state.pending ?? []));
      continue;
    }
    // A chunk of an older version says only that there may be more behind its last counterfactual.
    known = Math.max(first - 1, ...(state === undefined ? [] : found.filter((one) => one >= first && one <= last)));
    break;
  }
  const selected = [...found, ...pending].sort((a, b) => a - b);
  return { selected, known, through: Math.min(known, ...pending.map((position) => position - 1)) };
}

/** How far the run of a shard is. */
export interface ShardState {
  readonly run: string;
  /** `asked`: it was finished, and a merge found that it has to look further. */
  readonly state: "missing" | "unfinished" | "asked" | "finished";
  /** "2/8"; undefined where there is no run. */
  readonly shard: string | undefined;
  /** Images that were looked at. */
  readonly images: number;
  readonly counterfactuals: number;
}

/** How far runs are, from what is committed. Errors: CfalignError("input") for a folder that holds something else. */
export async function shardStates(paths: readonly string[]): Promise<readonly ShardState[]> {
  const states: ShardState[] = [];
  for (const run of paths) {
    if (!(await isRun(run))) {
      states.push({ run, state: "missing", shard: undefined, images: 0, counterfactuals: 0 });
      continue;
    }
    const file = await readRunFile(run);
    const byChunk = await readCommits(run, file.shard);
    const commits = [...byChunk.values()];
    states.push({
      run,
      state: missingChunks(file, byChunk).length > 0 ? "unfinished" : stateOf(file),
      shard: `${file.shard.index}/${file.shard.count}`,
      images: commits.reduce((sum, { images }) => sum + images, 0),
      counterfactuals: commits.reduce((sum, { parts }) => sum + parts.counterfactuals.rows, 0),
    });
  }
  return states;
}

function stateOf({ finishedAt, share }: RunFile): ShardState["state"] {
  if (finishedAt !== null) return "finished";
  return share !== undefined && share.images >= 0 ? "asked" : "unfinished";
}
