import { platform } from "#platform";
import type { NullTarget } from "../alignment/null-draws.ts";
import type { RowResolution } from "../audit/findings/resolution.ts";
import { CfalignError } from "../errors.ts";
import { type LoadedImage, loadImages } from "../images/image-source.ts";
import { type Listing, listImages } from "../images/list-images.ts";
import type { Database } from "../platform/platform.ts";
import { chunkSize, chunksOf, type Shard, shardOf } from "../results/chunks.ts";
import { type Commit, readCommits } from "../results/commit.ts";
import { type ChunkRows, commitChunk } from "../results/commit-chunk.ts";
import { writeKept } from "../results/kept-pictures.ts";
import { openRun } from "../results/open-run.ts";
import { removeOutdated } from "../results/outdated.ts";
import { readParts } from "../results/parts.ts";
import { isRun, type RunFile, runFormat, writeRunFile } from "../results/run-file.ts";
import { assertFree } from "../results/run-folder.ts";
import type { PartTable } from "../results/schema.ts";
import { beginRun } from "./begin-run.ts";
import { type Cast, castOf, describeCast } from "./cast.ts";
import {
  type ChunkContext,
  type ChunkProgress,
  type ChunkResult,
  computeChunk,
  extendChunk,
  hasRoom,
  type Room,
  widthsOf,
} from "./chunk-work.ts";
import { emitting } from "./emitting.ts";
import { nullPanel } from "./null-targets.ts";
import { type AlignFolderOptions, runOptions, shardOption } from "./run-options.ts";
import { alignUntilResolved } from "./until-resolved.ts";
import { expectedRows, workOf } from "./work.ts";

/** How far a run is. */
export interface RunProgress {
  /** First the files are read to put them in order, then images are aligned. */
  readonly phase: "listing" | "aligning";
  /** Files or images that are done with; fractions within a chunk. */
  readonly done: number;
  /** Files or images that there are to do: an estimate while aligning, because bases may reach their limit earlier. */
  readonly total: number;
  /** Share of the work that is done, as far as it can be told: what the time left is estimated from. Images are not alike, only the first are decomposed. */
  readonly share: number;
  /** Counterfactuals so far, those of an earlier process included. */
  readonly counterfactuals: number;
}

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
  /** What was noticed about the folder's metadata. */
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
      return await align(folder, options, emit, signal);
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

async function align(
  folder: string,
  options: AlignFolderOptions,
  emit: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<RunSummary> {
  const { out } = options;
  const resolved = runOptions(options);
  const shard = shardOption(options);
  const cast = castOf(options);
  assertOutside(out, folder);
  if (!(await isRun(out))) await assertFree(out);
  const lock = await platform.files.lockFolder(out);
  try {
    return await alignLocked(folder, options, { resolved, shard, cast }, emit, signal);
  } finally {
    await lock.release();
  }
}

/** Aligns once the options are known to be good and the run folder is ours. */
async function alignLocked(
  folder: string,
  { out, workspace, now = () => new Date() }: AlignFolderOptions,
  { resolved, shard, cast }: { readonly resolved: RunFile["options"]; readonly shard: Shard; readonly cast: Cast },
  emit: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<RunSummary> {
  const listing = await listImages(
    folder,
    resolved.seed,
    (done, total) => emit({ phase: "listing", done, total, share: done / Math.max(1, total), counterfactuals: 0 }),
    signal,
  );
  const database = await platform.openDatabase();
  try {
    const wanted: Omit<RunFile, "latentScale"> = {
      format: "cfalign-run",
      formatVersion: runFormat,
      versions: { cfalign: await ownVersion(), ...(await platform.versions()) },
      startedAt: now().toISOString(),
      finishedAt: null,
      shard,
      autoencoder: { name: workspace.autoencoder.name, hash: workspace.autoencoder.hash },
      ...describeCast(cast),
      options: resolved,
      compute: { batch: workspace.compile.batch ?? null, threads: workspace.compile.threads ?? null },
      images: { folder, count: listing.rows.length, hash: listing.hash, labels: [...listing.labels] },
    };
    const { autoencoder } = workspace;
    const file = await beginRun(database, out, wanted, listing, { autoencoder, signal });
    let panel: Promise<readonly NullTarget[]> | undefined;
    const targets = (): Promise<readonly NullTarget[]> => {
      panel ??= nullPanel(listing, { autoencoder, signal });
      return panel;
    };
    const context = { autoencoder, cast, file, nullPanel: targets, signal };
    const align = (limits: Limits): Promise<readonly Commit[]> =>
      alignChunks(database, out, listing, limits, context, emit);
    const { untilResolved, limit } = file.options;
    const { commits, rows } =
      untilResolved && limit !== null
        ? await alignUntilResolved({ bases: file.bases, limit, align, read: () => openRun(out) })
        : { commits: await align(new Map(file.bases.map((base) => [base, limit ?? Infinity]))), rows: [] };
    if (file.finishedAt === null) await writeRunFile(out, { ...file, finishedAt: now().toISOString() });
    return { run: out, ...(await summed(database, out, commits)), rows, notes: listing.notes };
  } finally {
    await database.dispose();
  }
}

/** Of a chunk that is not begun. */
const nothing = { share: 0, work: 0, products: undefined };

/** Counterfactuals by base. */
type Limits = ReadonlyMap<string, number>;

/** Works through the chunks of the shard until every base has its limit; returns what is committed of them. */
async function alignChunks(
  database: Database,
  out: string,
  listing: Listing,
  limits: Limits,
  context: Omit<ChunkContext, "progress">,
  emit: (progress: RunProgress) => void,
): Promise<readonly Commit[]> {
  const { file, signal } = context;
  const { keepImages, decompose } = file.options;
  const chunks = chunksOf(shardOf(listing.rows, file.shard));
  const images = chunks.reduce((sum, rows) => sum + rows.length, 0);
  const committed = await readCommits(out, file.shard);
  await removeOutdated(out, file.shard, committed.values());
  const commits: Commit[] = [];
  const counts = new Map(file.bases.map((base) => [base, { counterfactuals: 0, pictures: 0 }]));
  const limitOf = (base: string): number => limits.get(base) ?? 0;
  let looked = 0;
  let made = 0;
  const rows = { counterfactuals: 0, products: 0, saliency: 0, pictures: 0 };
  /** Share of the work with the chunk in hand: the work of that is known better than that of later ones. */
  const shareOf = ({ share, work, products }: Omit<ChunkProgress, "counterfactuals">): number => {
    const bases = [...counts].map(([base, { counterfactuals }]) => ({ limit: limitOf(base), count: counterfactuals }));
    const withThis = products === undefined ? undefined : rows.products + products;
    const about = { images, looked, bases, made: rows, products: withThis, ...widthsOf(context.cast) };
    const whole = expectedRows(about, file.options);
    const finished = workOf(rows, file.options);
    return (finished + share * work) / Math.max(workOf(whole, file.options), finished + work, Number.MIN_VALUE);
  };

  const expected = (): number => {
    const found = [...counts].map(([base, { counterfactuals }]) => ({ count: counterfactuals, limit: limitOf(base) }));
    return expectedImages(looked, images, found);
  };
  const load = (chunk: number): Promise<LoadedImage[]> | undefined => {
    const rows = chunks[chunk];
    const loading = rows && loadImages(listing, rows, context);
    // Awaited when its turn comes, if it does.
    loading?.catch(() => {});
    return loading;
  };
  let ahead: { readonly chunk: number; readonly images: Promise<LoadedImage[]> | undefined } | undefined;

  for (const [chunk, listed] of chunks.entries()) {
    const old = committed.get(chunk);
    const room = new Map(
      [...counts].map(([base, had]): [string, Room] => [
        base,
        {
          counterfactuals: Math.max(0, limitOf(base) - had.counterfactuals),
          pictures: Math.max(0, keepImages - had.pictures),
          products: Math.max(0, (decompose?.images ?? 0) - had.counterfactuals),
        },
      ]),
    );
    const full = [...room.values()].every(({ counterfactuals }) => counterfactuals <= 0);
    if (full) break;
    const wanting = [...room].filter(([base, { counterfactuals }]) => hasRoom(old?.bases[base], counterfactuals));
    let commit = old;
    if (old === undefined || wanting.length > 0) {
      if (signal.aborted) throw new CfalignError("interrupted", "interrupted between chunks");
      const loaded = (await ((ahead?.chunk === chunk ? ahead.images : undefined) ?? load(chunk))) ?? [];
      ahead = { chunk: chunk + 1, images: committed.has(chunk + 1) ? undefined : load(chunk + 1) };
      const progress = (part: ChunkProgress): void => {
        const done = looked + Math.floor(listed.length * part.share);
        const counterfactuals = made + part.counterfactuals;
        emit({ phase: "aligning", done, total: expected(), share: shareOf(part), counterfactuals });
      };
      const chunkContext = { ...context, progress };
      const result =
        old === undefined
          ? await computeChunk(loaded, room, chunkContext)
          : await extendChunk(loaded, await readChunk(database, out, old), old, room, chunkContext);
      commit = await save(database, out, file, chunk, result, old);
    }
    if (commit === undefined) continue;
    commits.push(commit);
    looked += listed.length;
    for (const table of ["counterfactuals", "products", "saliency"] as const) rows[table] += commit.parts[table].rows;
    rows.pictures += commit.pictures.length;
    for (const [base, { counterfactuals }] of Object.entries(commit.bases)) {
      made += counterfactuals;
      const had = counts.get(base);
      if (had === undefined) continue;
      had.counterfactuals += counterfactuals;
      had.pictures += commit.pictures.filter((picture) => picture.base === base).length;
    }
    emit({ phase: "aligning", done: looked, total: expected(), share: shareOf(nothing), counterfactuals: made });
  }
  emit({ phase: "aligning", done: looked, total: looked, share: 1, counterfactuals: made });
  return commits;
}

/** Images until every base has its limit, if positives go on as they did. found: counterfactuals of every base among `looked` images. */
export function expectedImages(
  looked: number,
  images: number,
  found: readonly { readonly count: number; readonly limit: number }[],
): number {
  if (looked === 0) return images;
  const needed = found.map(({ count, limit }) =>
    count >= limit ? 0 : count === 0 || limit === Infinity ? images : (looked * limit) / count,
  );
  return Math.min(images, Math.max(looked, ...needed.map((need) => Math.ceil(need / chunkSize) * chunkSize)));
}

async function readChunk(database: Database, out: string, commit: Commit): Promise<ChunkRows> {
  const read = <T extends PartTable>(table: T) =>
    readParts(database, [platform.files.join(out, commit.parts[table].file)], table);
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
  database: Database,
  out: string,
  { shard }: RunFile,
  chunk: number,
  { rows, bases, kept }: ChunkResult,
  old: Commit | undefined,
): Promise<Commit> {
  const pictures = [...(old?.pictures ?? [])];
  for (const frames of kept) pictures.push(await writeKept(out, frames));
  return commitChunk(database, out, shard, rows, { chunk, bases, pictures }, old);
}

async function summed(
  database: Database,
  out: string,
  commits: readonly Commit[],
): Promise<Pick<RunSummary, "images" | "dropped" | "counterfactuals">> {
  const paths = commits.map((commit) => platform.files.join(out, commit.parts.images.file));
  const dropped: Record<string, number> = {};
  for (const { dropReason } of await readParts(database, paths, "images")) {
    if (dropReason !== null) dropped[dropReason] = (dropped[dropReason] ?? 0) + 1;
  }
  return {
    images: commits.reduce((sum, commit) => sum + commit.images, 0),
    dropped,
    counterfactuals: commits.reduce((sum, commit) => sum + commit.parts.counterfactuals.rows, 0),
  };
}

/** A run inside its image folder would be part of the next listing. */
function assertOutside(out: string, folder: string): void {
  const { files } = platform;
  const [inner, outer] = [files.resolve(out), files.resolve(folder)];
  if (inner !== outer && !inner.startsWith(files.join(outer, "/"))) return;
  throw new CfalignError("usage", `--out "${out}" lies in the image folder "${folder}": choose a folder beside it`, {
    where: "out",
  });
}

async function ownVersion(): Promise<string> {
  const { files } = platform;
  const text = new TextDecoder().decode(await files.read(files.join(files.packageFolder(), "package.json")));
  return (JSON.parse(text) as { version: string }).version;
}
