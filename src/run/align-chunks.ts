import { CfalignError } from "../base/errors.ts";
import { type Commit, partOf, readCommits } from "../results/commit.ts";
import { type ChunkRows, commitChunk } from "../results/commit-chunk.ts";
import { removeOutdated } from "../results/outdated.ts";
import { readParts } from "../results/parts.ts";
import type { ListingRow, PartTable } from "../results/schema.ts";
import { mostThumbnails, sheetName, writeThumbnails } from "../results/thumbnail-sheets.ts";
import type { ExecutorContext } from "./chunk-executor.ts";
import { type ChunkContext, type ChunkResult, computeChunk } from "./chunk-work.ts";
import type { OpenExecutor } from "./open-executor.ts";
import type { RunImages } from "./run-images.ts";
import { progressOf, type RunOutlook, type RunProgress, type WorkProgress } from "./run-progress.ts";
import { widthsOf } from "./work.ts";
import { type Computed, type Further, planWork, type WorkState } from "./work-plan.ts";

/** How a run tells how far it is, and how it is ended. */
export interface Listener {
  readonly emit: (progress: RunProgress) => void;
  readonly signal: AbortSignal;
}

/** What the chunks of a shard are aligned with. */
export interface ShardContext
  extends Omit<ChunkContext, "thumbnails" | "progress" | "executor">,
    Pick<ExecutorContext, "out">,
    Listener {
  /** Who works on them, once there is something to do. */
  readonly executor: () => Promise<OpenExecutor>;
  /** Runs what writes a chunk for good. Errors: also its own, where the folder is not ours any more. */
  commit<T>(write: () => Promise<T>): Promise<T>;
  readonly images: RunImages;
  /** Writes down what models ran on where it is something new. */
  noteDevices(): Promise<void>;
  readonly chunks: readonly (readonly ListingRow[])[];
}

/**
 * Does the planned work of the shard until nothing is left; returns what is committed of it. A chunk is committed while the next is
 * computed, in their order.
 */
export async function alignChunks(
  asked: Pick<WorkState, "limits" | "further">,
  context: ShardContext,
): Promise<readonly Commit[]> {
  const { out, file, chunks, images, emit, signal } = context;
  const commits = await readCommits(out, file.shard);
  await removeOutdated(out, file.shard, commits.values());
  const { keepImages, decompose } = file.options;
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
      const loaded = await images.take(chunks[next.chunk] ?? []);
      if (next.ahead !== undefined) images.readAhead(chunks[next.ahead] ?? []);
      // A chunk that is taken up again at once is read as it is saved, not as it was.
      if (next.chunk === inHand) await saving;
      const commit = commits.get(next.chunk);
      const old = commit && { commit, rows: await readChunk(context, commit) };
      const thumbnails = new Set([...plan.found].flatMap(([base, had]) => (had < mostThumbnails ? [base] : [])));
      const making = { ...context, executor, thumbnails, progress };
      const result = await computeChunk(loaded, { remaining: next.remaining, old }, making);
      await saving;
      const { chunk } = next;
      computed.set(chunk, computedOf(result, commit));
      inHand = chunk;
      saving = context
        .commit(() => save(context, { chunk, commit }, result))
        .then(async (saved) => {
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
  { out, file }: ShardContext,
  { chunk, commit: old }: { readonly chunk: number; readonly commit: Commit | undefined },
  result: ChunkResult,
): Promise<Commit> {
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
