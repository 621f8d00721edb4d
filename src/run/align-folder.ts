import { platform } from "#platform";
import type { RowResolution } from "../audit/findings/resolution.ts";
import { CfalignError } from "../errors.ts";
import { nullPanelSize } from "../options/run.ts";
import { ownVersion } from "../platform/own-version.ts";
import type { FolderLock } from "../platform/platform.ts";
import { chunkSpan, chunksOf, type Shard, shardOf } from "../results/chunks.ts";
import { type Commit, partOf, readCommits } from "../results/commit.ts";
import { type ChunkRows, commitChunk } from "../results/commit-chunk.ts";
import { versionNotes } from "../results/identity.ts";
import { notFiniteNotes } from "../results/not-finite.ts";
import { openRun } from "../results/open-run.ts";
import { removeOutdated } from "../results/outdated.ts";
import { readParts } from "../results/parts.ts";
import { isRun, type RunFile, writeRunFile } from "../results/run-file.ts";
import { assertFree, tidyFolders } from "../results/run-folder.ts";
import type { ListingRow, PartTable } from "../results/schema.ts";
import { mostThumbnails, sheetName, writeThumbnails } from "../results/thumbnail-sheets.ts";
import { beginRun } from "./begin-run.ts";
import type { ExecutorContext } from "./chunk-executor.ts";
import { type ChunkContext, type ChunkResult, computeChunk } from "./chunk-work.ts";
import { describeRun } from "./describe-run.ts";
import { withDevices } from "./device-use.ts";
import { emitting } from "./emitting.ts";
import { sharedListing } from "./listing-file.ts";
import { type OpenExecutor, openExecutor } from "./open-executor.ts";
import { type Roles, rolesOf } from "./roles.ts";
import { type RunImages, runImages } from "./run-images.ts";
import { runInterventions } from "./run-interventions.ts";
import { type AlignFolderOptions, runOptions, shardOption, workersOption } from "./run-options.ts";
import { progressOf, type RunOutlook, type RunProgress, type WorkProgress } from "./run-progress.ts";
import { alignUntilResolved } from "./until-resolved.ts";
import { widthsOf } from "./work.ts";
import { type Computed, type Further, planWork, type WorkState } from "./work-plan.ts";

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

/** How a run tells how far it is, and how it is ended. */
interface Listener {
  readonly emit: (progress: RunProgress) => void;
  readonly signal: AbortSignal;
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
  { out, workspace, listing: listed, soFar, now = () => new Date() }: AlignFolderOptions,
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
    const continued = versionNotes(begun, wanted).map((phrase) => `"${out}" goes on under another version, ${phrase}`);
    const file = await runInterventions(out, {
      ...{ file: begun, shard, roles, listing, autoencoder, signal },
      progress: (done, total) =>
        emit({ phase: "intervening", done, total, most: total, share: done / Math.max(1, total), counterfactuals: 0 }),
    });
    const { untilResolved, limit } = file.options;
    const chunks = chunksOf(shardOf(listing.rows, shard));
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
      lock,
      images,
      chunks,
      soFar,
      executor() {
        const count = chunks.reduce((sum, rows) => sum + rows.length, 0);
        const expected = file.bases.length * Math.min(limit ?? Infinity, count / 2);
        opened ??= openExecutor({ out, autoencoder, roles, file, signal }, { asked: workers, expected, workspace });
        return opened;
      },
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
    return { run: out, ...(await summed(context, commits)), rows, notes: [...listing.notes, ...continued, ...left] };
  } finally {
    (await opened?.catch(() => undefined))?.end();
  }
}

/** What the chunks of a shard are aligned with. */
interface ShardContext
  extends Omit<ChunkContext, "nullPanel" | "thumbnails" | "progress" | "executor">,
    Pick<ExecutorContext, "out">,
    Listener {
  /** Who works on them, once there is something to do. */
  readonly executor: () => Promise<OpenExecutor>;
  readonly lock: FolderLock;
  readonly images: RunImages;
  /** Writes down what models ran on where it is something new. */
  noteDevices(): Promise<void>;
  readonly chunks: readonly (readonly ListingRow[])[];
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

/**
 * Does the planned work of the shard until nothing is left; returns what is committed of it. A chunk is committed while the next is
 * computed, in their order.
 */
async function alignChunks(
  asked: Pick<WorkState, "limits" | "further">,
  context: ShardContext,
): Promise<readonly Commit[]> {
  const { out, file, chunks, images, emit, signal } = context;
  const commits = await readCommits(out, file.shard);
  await removeOutdated(out, file.shard, commits.values());
  const { keepImages, decompose, nullDraws } = file.options;
  const computed = new Map<number, Computed>(commits);
  let saving: Promise<void> = Promise.resolve();
  let inHand: number | undefined;
  const state: WorkState<Computed> & RunOutlook = {
    chunks: chunks.map((rows) => rows.length),
    ...asked,
    keepImages,
    decomposeImages: decompose?.images ?? 0,
    commits: computed,
    options: file.options,
    ...widthsOf(context.roles),
  };
  const expected = asked.further === undefined ? state : reached(state, asked.further);
  try {
    for (;;) {
      const plan = planWork(state);
      const { next } = plan;
      if (next === undefined) {
        await saving;
        emit(progressOf(plan, expected));
        return planWork({ ...state, commits }).commits;
      }
      if (signal.aborted) throw new CfalignError("interrupted", "interrupted between chunks");
      const { executor, workers } = await context.executor();
      const progress = (within?: WorkProgress): void =>
        emit({ ...progressOf(plan, expected, within), ...(workers === undefined ? {} : { workers }) });
      progress();
      // Before its first images are taken: they are read once.
      const nullPanel = await images.first(nullDraws === 0 ? 0 : nullPanelSize);
      const loaded = await images.take(chunks[next.chunk] ?? []);
      if (next.ahead !== undefined) images.readAhead(chunks[next.ahead] ?? []);
      // A chunk that is taken up again at once is read as it is saved, not as it was.
      if (next.chunk === inHand) await saving;
      const commit = commits.get(next.chunk);
      const old = commit && { commit, rows: await readChunk(context, commit) };
      const thumbnails = new Set([...plan.found].flatMap(([base, had]) => (had < mostThumbnails ? [base] : [])));
      const making = { ...context, executor, nullPanel, thumbnails, progress };
      const result = await computeChunk(loaded, { remaining: next.remaining, old }, making);
      await saving;
      const { chunk } = next;
      computed.set(chunk, computedOf(result, commit));
      inHand = chunk;
      saving = save(context, { chunk, commit }, result).then(async (saved) => {
        commits.set(chunk, saved);
        await context.noteDevices();
      });
      // Asked for before the next is saved.
      saving.catch(() => {});
    }
  } finally {
    await saving.catch(() => {});
  }
}

/** A chunk as its commit will tell of it. */
function computedOf({ rows, bases, pictures }: ChunkResult, old: Commit | undefined): Computed {
  const { counterfactuals, products, saliency } = rows;
  return {
    bases,
    pictures: [...(old?.pictures ?? []), ...pictures],
    parts: {
      counterfactuals: { rows: counterfactuals.length },
      products: { rows: products.length },
      saliency: { rows: saliency.length },
    },
  };
}

/** What there is to do where positions end the work: the chunks up to the last of them. */
function reached<T extends Pick<WorkState, "chunks" | "limits">>(state: T, { until, images, spans }: Further): T {
  const furthest = Math.max(images, ...until.values());
  return {
    ...state,
    chunks: state.chunks.filter((_, chunk) => (spans[chunk]?.first ?? Infinity) <= furthest),
    limits: new Map([...state.limits.keys()].map((base) => [base, Infinity])),
  };
}

async function readChunk({ out, file }: ShardContext, commit: Commit): Promise<ChunkRows> {
  const read = <T extends PartTable>(table: T) => readParts([partOf(out, file.shard, commit, table)], table);
  return {
    images: await read("images"),
    predictions: await read("predictions"),
    counterfactuals: await read("counterfactuals"),
    changes: await read("changes"),
    products: await read("products"),
    saliency: await read("saliency"),
  };
}

async function save(
  { out, file, lock }: ShardContext,
  { chunk, commit: old }: { readonly chunk: number; readonly commit: Commit | undefined },
  result: ChunkResult,
): Promise<Commit> {
  lock.assertHeld();
  const { rows, thumbnails, notFinite } = result;
  const { bases, pictures } = computedOf(result, old);
  const generation = (old?.generation ?? 0) + 1;
  const sheet = await writeThumbnails(out, sheetName(file.shard, chunk, generation), thumbnails);
  const sheets = [...(old?.thumbnails ?? []), ...(sheet === undefined ? [] : [sheet])];
  const about = {
    chunk,
    bases,
    pictures,
    thumbnails: sheets,
    ...(notFinite.length === 0 ? {} : { notFinite: [...notFinite] }),
  };
  return commitChunk({ out, shard: file.shard }, rows, about, old);
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
