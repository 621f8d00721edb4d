import { alignBatch, type KeptFrames } from "../alignment/align-batch.ts";
import type { NullTarget } from "../alignment/null-draws.ts";
import type { ChangeRow, CounterfactualRow, PredictionRow } from "../alignment/rows.ts";
import type { LoadedImage } from "../images/image-source.ts";
import type { Autoencoder } from "../models/types.ts";
import type { Commit } from "../results/commit.ts";
import type { ChunkRows } from "../results/commit-chunk.ts";
import type { RunFile } from "../results/run-file.ts";
import type { Cast } from "./cast.ts";
import { chunkProducts } from "./chunk-products.ts";
import { chunkSaliency } from "./chunk-saliency.ts";
import { nullTargetsOf } from "./null-targets.ts";
import { costs, expectedRows, workOf } from "./work.ts";

/** What a chunk is computed with. */
export interface ChunkContext {
  readonly autoencoder: Autoencoder;
  readonly cast: Cast;
  readonly file: RunFile;
  /** What null draws move towards; asked for when a chunk is computed. */
  readonly nullPanel: () => Promise<readonly NullTarget[]>;
  readonly signal: AbortSignal;
  /** Told as work is done. */
  readonly progress: (done: ChunkProgress) => void;
}

/** How far a chunk is. */
export interface ChunkProgress {
  /** Share of its work. */
  readonly share: number;
  /** Its work in all, in counterfactuals (`workOf`), as far as it is known. */
  readonly work: number;
  /** Its counterfactuals that are finished. */
  readonly counterfactuals: number;
  /** Its rows of latent gradients; undefined until it is known which images are decomposed. */
  readonly products: number | undefined;
}

/** What a base may still get when a chunk begins. */
export interface Room {
  /** Counterfactuals until its limit. */
  readonly counterfactuals: number;
  /** Pictures until `keepImages`. */
  readonly pictures: number;
  /** Counterfactuals whose images are still to be decomposed. */
  readonly products: number;
}

export interface ChunkResult {
  readonly rows: ChunkRows;
  readonly bases: Commit["bases"];
  readonly kept: readonly KeptFrames[];
}

/** Told as the steps of a part are done, and with how many of its counterfactuals finished. */
type Told = (done: number, total: number, counterfactuals?: number) => void;

/** Parts of a chunk that follow each other, each told as its share of the work. expected: work of every part, as far as it is known before. */
function partsOf(expected: readonly number[], { progress }: Pick<ChunkContext, "progress">) {
  const works = [...expected];
  const sum = (some: readonly number[]): number => some.reduce((total, work) => total + work, 0);
  let begun = 0;
  let finished = 0;
  let products: number | undefined;
  return {
    /**
     * The next part. unit: work of one step; counterfactuals: of the chunk, when it begins, as many as before when absent; draws: steps of a row of
     * latent gradients, where these are what it makes.
     */
    begin({ unit, counterfactuals = finished, draws }: Part): Told {
      const part = begun++;
      finished = counterfactuals;
      return (done, total, more = 0) => {
        works[part] = unit * total;
        if (draws !== undefined) products = total / draws;
        const work = sum(works);
        const share = work === 0 ? 0 : (sum(works.slice(0, part)) + unit * done) / work;
        progress({ share, work, counterfactuals: counterfactuals + more, products });
      };
    },
  };
}

interface Part {
  readonly unit: number;
  readonly counterfactuals?: number;
  readonly draws?: number | undefined;
}

/** Work that a chunk is expected to be, part by part, where nobody has looked yet. */
function expectedParts(images: number, room: ReadonlyMap<string, Room>, { cast, file }: ChunkContext): number[] {
  const { options } = file;
  const bases = [...room.values()].map(({ counterfactuals }) => ({ limit: counterfactuals, count: 0 }));
  const about = { images, looked: 0, bases, made: noRows, ...widthsOf(cast) };
  const products = Math.max(0, ...[...room.values()].map((each) => each.products));
  const decompose = options.decompose && { ...options.decompose, images: products };
  const rows = expectedRows(about, { ...options, decompose });
  return [
    rows.counterfactuals + rows.pictures,
    ...(options.decompose === undefined ? [] : [workOf({ ...noRows, products: rows.products }, options)]),
    ...(options.saliency === undefined ? [] : [workOf({ ...noRows, saliency: rows.saliency }, options)]),
  ];
}

const noRows = { counterfactuals: 0, products: 0, saliency: 0, pictures: 0 };

/** Classifiers of an image's latent gradients, and of its saliency maps. */
export function widthsOf({ bases, downstream, conceptSets }: Cast): {
  readonly concepts: number;
  readonly mapped: number;
} {
  const names = bases.map(({ classifier }) => classifier.name);
  const concepts = [...conceptSets.values()].flatMap((set) => set.map(({ name }) => name));
  return {
    concepts: new Set([...names, ...concepts]).size,
    mapped: new Set([...names, ...downstream.map(({ name }) => name)]).size,
  };
}

/** Computes a chunk from nothing. room: by base. */
export async function computeChunk(
  images: readonly LoadedImage[],
  room: ReadonlyMap<string, Room>,
  context: ChunkContext,
): Promise<ChunkResult> {
  const parts = partsOf(expectedParts(images.length, room, context), context);
  const result = await batch(images, [...room.keys()], room, { ...context, progress: parts.begin({ unit: 1 }) });
  const { counterfactuals } = result;
  const { draws } = context.file.options.decompose ?? {};
  const gradients = { unit: costs.gradient, counterfactuals: counterfactuals.length, draws };
  const decomposing = { ...context, progress: parts.begin(gradients) };
  return {
    rows: {
      images: images.map(({ row }) => ({ ...row, clampedShare: result.clampedShares.get(row.image) ?? null })),
      ...rowsOf(result),
      products: await chunkProducts(images, { counterfactuals, products: [] }, room, decomposing),
      saliency: await chunkSaliency(images, { ...context, progress: parts.begin({ unit: costs.map }) }),
    },
    bases: states(room, result.counterfactuals),
    kept: result.kept,
  };
}

/**
 * Adds to a committed chunk what a larger limit asks for: of every base only the images after the last that it has.
 * rows: the chunk as it is. room: by base, before the chunk.
 */
export async function extendChunk(
  images: readonly LoadedImage[],
  rows: ChunkRows,
  commit: Commit,
  room: ReadonlyMap<string, Room>,
  context: ChunkContext,
): Promise<ChunkResult> {
  const place = new Map(images.map(({ row }, index) => [row.image, index]));
  const placeOf = (row: { readonly image: string }): number => place.get(row.image) as number;
  const byStart = new Map<number, string[]>();
  for (const [base, { counterfactuals }] of room) {
    if (!hasRoom(commit.bases[base], counterfactuals)) continue;
    const start = 1 + Math.max(-1, ...rows.counterfactuals.filter((row) => row.base === base).map(placeOf));
    byStart.set(start, [...(byStart.get(start) ?? []), base]);
  }
  const counterfactuals = [...rows.counterfactuals];
  const changes = [...rows.changes];
  const kept: KeptFrames[] = [];
  const parts = partsOf([], context);
  for (const [start, bases] of byStart) {
    const left = new Map(
      bases.map((base) => {
        const had = commit.bases[base]?.counterfactuals ?? 0;
        const pictures = commit.pictures.filter((picture) => picture.base === base).length;
        const { counterfactuals, pictures: keep, products } = room.get(base) as Room;
        return [base, { counterfactuals: counterfactuals - had, pictures: Math.max(0, keep - pictures), products }];
      }),
    );
    const progress = parts.begin({ unit: 1, counterfactuals: counterfactuals.length });
    const added = await batch(images.slice(start), bases, left, { ...context, progress });
    counterfactuals.push(...added.counterfactuals);
    changes.push(...added.changes);
    kept.push(...added.kept);
  }
  const baseOrder = new Map(context.file.bases.map((base, index) => [base, index]));
  const inOrder = <R extends { readonly image: string; readonly base: string }>(list: R[]): R[] =>
    list.sort(
      (a, b) => placeOf(a) - placeOf(b) || (baseOrder.get(a.base) as number) - (baseOrder.get(b.base) as number),
    );
  inOrder(counterfactuals);
  const gradients = { unit: costs.gradient, counterfactuals: counterfactuals.length };
  const decomposing = { ...context, progress: parts.begin(gradients) };
  const products = await chunkProducts(images, { counterfactuals, products: rows.products }, room, decomposing);
  return {
    rows: { ...rows, counterfactuals, changes: inOrder(changes), products },
    bases: states(room, counterfactuals),
    kept,
  };
}

/** Whether a base lacks counterfactuals in a chunk that it has room for. */
export function hasRoom(state: Commit["bases"][string] | undefined, room: number): boolean {
  if (state === undefined) return room > 0;
  return !state.complete && state.counterfactuals < room;
}

interface Rows {
  readonly predictions: readonly PredictionRow[];
  readonly counterfactuals: readonly CounterfactualRow[];
  readonly changes: readonly ChangeRow[];
}

function rowsOf({ predictions, counterfactuals, changes }: Rows): Rows {
  return { predictions, counterfactuals, changes };
}

async function batch(
  images: readonly LoadedImage[],
  bases: readonly string[],
  room: ReadonlyMap<string, Room>,
  { autoencoder, cast, file, nullPanel, signal, progress }: Omit<ChunkContext, "progress"> & { progress: Told },
) {
  const wanted = new Set(bases);
  const { nullDraws, robustness } = file.options;
  const panel = nullDraws === 0 ? [] : await nullPanel();
  return alignBatch({
    images: images.flatMap(({ row, pixels }) =>
      pixels === undefined ? [] : [{ image: row.image, pixels, nullTargets: nullTargetsOf(row, panel, nullDraws) }],
    ),
    autoencoder,
    bases: cast.bases.filter(({ classifier }) => wanted.has(classifier.name)),
    downstream: cast.downstream,
    judges: cast.judges,
    search: file.options,
    latentScale: file.latentScale ?? Infinity,
    selectFor: () => file.options.select,
    minPrediction: file.options.minPrediction,
    limits: new Map(
      [...room].map(([base, { counterfactuals }]) => [base, Math.min(counterfactuals, images.length)] as const),
    ),
    keep: new Map([...room].map(([base, { pictures }]) => [base, pictures] as const)),
    keepFrames: file.options.keepFrames,
    robustness,
    progress,
    signal,
  });
}

/** A base that got all that it had room for may have more images: only then is it not complete. */
function states(room: ReadonlyMap<string, Room>, rows: readonly CounterfactualRow[]): Commit["bases"] {
  const counts = new Map<string, number>();
  for (const { base } of rows) counts.set(base, (counts.get(base) ?? 0) + 1);
  return Object.fromEntries(
    [...room].map(([base, { counterfactuals: limit }]) => {
      const counterfactuals = counts.get(base) ?? 0;
      return [base, { counterfactuals, complete: counterfactuals < limit }];
    }),
  );
}
