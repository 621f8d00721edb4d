import { platform } from "#platform";
import type { RowResolution } from "../audit/findings/resolution.ts";
import { CfalignError } from "../base/errors.ts";
import { ownVersion } from "../platform/own-version.ts";
import type { FolderLock } from "../platform/platform.ts";
import { chunkSpan, chunksOf, type Shard, shardOf } from "../results/chunks.ts";
import { type Commit, partOf, readCommits } from "../results/commit.ts";
import { versionNotes } from "../results/identity.ts";
import { openRun } from "../results/open-run.ts";
import { readParts } from "../results/parts.ts";
import { isRun, type RunFile, writeRunFile } from "../results/run-file.ts";
import { assertFree, tidyFolders } from "../results/run-folder.ts";
import { notFiniteNotes } from "../words/not-finite.ts";
import { goesOnUnder } from "../words/notes.ts";
import { alignChunks, type Listener, type ShardContext } from "./align-chunks.ts";
import { beginRun } from "./begin-run.ts";
import { describeRun } from "./describe-run.ts";
import { withDevices } from "./device-use.ts";
import { emitting } from "./emitting.ts";
import { sharedListing } from "./listing-file.ts";
import { type OpenExecutor, openExecutor } from "./open-executor.ts";
import { type Roles, rolesOf } from "./roles.ts";
import { runImages } from "./run-images.ts";
import { runInterventions } from "./run-interventions.ts";
import { type AlignFolderOptions, runOptions, shardOption, workersOption } from "./run-options.ts";
import type { RunProgress } from "./run-progress.ts";
import { alignUntilResolved } from "./until-resolved.ts";
import type { WorkState } from "./work-plan.ts";

/** What a finished run holds. */
export interface RunSummary {
  /** Folder of the run. */
  readonly run: string;
  /** Images that were looked at; the rest came after every base had its limit. */
  readonly images: number;
  /** How many of them were dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly counterfactuals: number;
  /** How the looks at every base ended, with `untilResolved`; empty without. */
  readonly rows: readonly RowResolution[];
  /** What was noticed about the folder's metadata, of other versions that a run goes on under, and of numbers that are not finite. */
  readonly notes: readonly string[];
}

/**
 * Makes counterfactuals of a folder of images for every base and shows them to every downstream classifier and judge;
 * yields progress, returns a summary, and leaves a run in `out`. Ended at any moment, the same call goes on where it was.
 * Errors: CfalignError("usage") for options or another run in `out`, ("input") for a folder without usable images,
 * ("interrupted") when the signal fires, ("runtime") when the disk does not take the results.
 */
export function alignFolder(
  folder: string,
  options: AlignFolderOptions,
): AsyncGenerator<RunProgress, RunSummary, void> {
  return emitting(async (emit, signal) => {
    try {
      return await align(folder, options, { emit, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      const { out } = options;
      throw new CfalignError("interrupted", `interrupted: run the same command again to go on in "${out}"`, {
        where: out,
        cause: error,
      });
    }
  }, options.signal);
}

async function align(folder: string, options: AlignFolderOptions, listener: Listener): Promise<RunSummary> {
  const { out } = options;
  const resolved = runOptions(options);
  const workers = workersOption(options);
  const shard = shardOption(options);
  const roles = rolesOf(options);
  assertOutside(out, folder);
  if (!(await isRun(out))) await assertFree(out);
  const lock = await platform.files.lockFolder(out);
  try {
    return await alignLocked(folder, options, { resolved, workers, shard, roles, lock, ...listener });
  } finally {
    await lock.release();
  }
}

/** Aligns once the options are known to be good and the run folder is ours. */
async function alignLocked(
  folder: string,
  { out, workspace, listing: listed, edits, soFar, now = () => new Date() }: AlignFolderOptions,
  request: Listener & {
    readonly resolved: RunFile["options"];
    readonly workers: number | null;
    readonly shard: Shard;
    readonly roles: Roles;
    readonly lock: FolderLock;
  },
): Promise<RunSummary> {
  const { resolved, workers, shard, roles, lock, emit, signal } = request;
  const listing = await sharedListing(folder, {
    seed: resolved.seed,
    path: listed,
    progress: (done, total) =>
      emit({ phase: "listing", done, total, most: total, share: done / Math.max(1, total), counterfactuals: 0 }),
    signal,
  });
  let opened: Promise<OpenExecutor> | undefined;
  try {
    const versions = { cfalign: await ownVersion(), ...(await platform.versions()) };
    const wanted = describeRun({ workspace, roles, options: resolved, shard, listing, versions, startedAt: now() });
    const { autoencoder } = workspace;
    const images = runImages(listing, shard, { autoencoder, signal });
    const begun = await beginRun(out, wanted, { listing, images });
    const continued = versionNotes(begun, wanted).map((phrase) => goesOnUnder(out, phrase));
    const chunks = chunksOf(shardOf(listing.rows, shard));
    const executor = (): Promise<OpenExecutor> => {
      const expected = begun.bases.length * Math.min(begun.options.limit ?? Infinity, chunks.flat().length / 2);
      const context = { out, autoencoder, roles, file: begun, signal };
      opened ??= openExecutor(context, { asked: workers, expected, workspace });
      return opened;
    };
    const notes = [...listing.notes, ...continued];
    const file = await runInterventions(out, {
      ...{ file: begun, shard, roles, listing, autoencoder, edits, signal, executor },
      note: (sentence) => notes.push(sentence),
      progress: (done, total) =>
        emit({ phase: "intervening", done, total, most: total, share: done / Math.max(1, total), counterfactuals: 0 }),
    });
    const { untilResolved, limit } = file.options;
    let noted = file;
    const noteDevices = async (): Promise<void> => {
      const now = withDevices(noted, workspace.placements.use);
      if (now !== noted) await writeRunFile(out, now);
      noted = now;
    };
    const context: ShardContext = {
      roles,
      file,
      signal,
      emit,
      out,
      async commit(write) {
        lock.assertHeld();
        return write();
      },
      images,
      chunks,
      soFar,
      executor,
      noteDevices,
    };
    const align = (limits: WorkState["limits"]): Promise<readonly Commit[]> => alignChunks({ limits }, context);
    const { commits, rows } =
      untilResolved && limit !== null
        ? await alignUntilResolved({ bases: file.bases, limit, align, read: () => openRun(out) })
        : { commits: await alignShare(context), rows: [] };
    if (file.finishedAt === null) {
      await tidyFolders(out);
      const chunks = (await readCommits(out, shard)).size;
      await writeRunFile(out, { ...noted, finishedAt: now().toISOString(), chunks });
    }
    const left = notFiniteNotes(commits.flatMap(({ notFinite = [] }) => notFinite));
    return { run: out, ...(await summed(context, commits)), rows, notes: [...notes, ...left] };
  } finally {
    (await opened?.catch(() => undefined))?.end();
  }
}

/** Does what the shard takes of the limit, and then what a merge asked for beyond it. */
async function alignShare(context: ShardContext): Promise<readonly Commit[]> {
  const { file, chunks } = context;
  const { share, options, bases } = file;
  const most = share?.counterfactuals ?? options.limit ?? Infinity;
  const limits = new Map(bases.map((base) => [base, most]));
  const own = await alignChunks({ limits }, context);
  if (share === undefined || share.images < 0) return own;
  const spans = chunks.map((_, chunk) => chunkSpan(file.shard, chunk, file.images.count));
  const further = { until: new Map(Object.entries(share.until)), images: share.images, spans };
  const more = await alignChunks({ limits, further }, context);
  // As they are now that some were added to.
  return more.length > own.length ? more : alignChunks({ limits }, context);
}

async function summed(
  { out, file }: ShardContext,
  commits: readonly Commit[],
): Promise<Pick<RunSummary, "images" | "dropped" | "counterfactuals">> {
  const parts = commits.map((commit) => partOf(out, file.shard, commit, "images"));
  const dropped: Record<string, number> = {};
  for (const { dropReason } of await readParts(parts, "images")) {
    if (dropReason !== null) dropped[dropReason] = (dropped[dropReason] ?? 0) + 1;
  }
  return {
    images: commits.reduce((sum, commit) => sum + commit.images, 0),
    dropped,
    counterfactuals: commits.reduce((sum, commit) => sum + commit.parts.counterfactuals.rows, 0),
  };
}

/** A run inside its image folder would be part of the next listing. */
export function assertOutside(out: string, folder: string): void {
  const { files } = platform;
  const [inner, outer] = [files.resolve(out), files.resolve(folder)];
  if (inner !== outer && !inner.startsWith(files.join(outer, "/"))) return;
  throw new CfalignError(
    "usage",
    (named) => `${named("out")} "${out}" lies in the image folder "${folder}": choose a folder beside it`,
    { option: "out" },
  );
}
