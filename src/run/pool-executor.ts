import { seenInBatch, selectedIn } from "../alignment/align-batch.ts";
import type { EncodedBatchImage } from "../alignment/encoded-batch.ts";
import type { SaliencyRow } from "../alignment/rows.ts";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import { width } from "../models/whole-calls.ts";
import type { WorkerPool } from "../pool/worker-pool.ts";
import { type ChunkBatch, type ChunkExecutor, type ExecutorContext, sharedRequest } from "./chunk-executor.ts";
import { inRuns } from "./work.ts";
import {
  type Aligned,
  type Aligning,
  type Caching,
  type Encoding,
  type Mapping,
  type Multiplying,
  type Predicting,
  receivedImage,
  type SentImage,
  type WorkerProgress,
} from "./worker-questions.ts";

/** Pieces that each worker gets of the bases of a chunk: so many that none waits long for the last, so few that calls are full. */
const piecesEach = 6;

/** Workers: images are shown in as many parts as there are of them, and then bases are shared out. */
export function poolExecutor(pool: WorkerPool, context: ExecutorContext): ChunkExecutor {
  const shared = sharedRequest(context);
  /** The images of the last batch: when they are there, its bases are asked for. */
  let showing: Promise<unknown> = Promise.resolve();
  return {
    predictor: {
      // One that is answered and one that waits for each worker.
      calls: 2 * pool.size,
      async predict(pictures, classifiers) {
        const question: Predicting = { ask: "predict", pictures, classifiers: classifiers.map(({ name }) => name) };
        const [predictions = []] = await pool.ask<number[][]>([question]);
        return predictions;
      },
    },
    async batch(batch) {
      const encoding = encoded(pool, batch);
      showing = encoding;
      return aligned(pool, { ...shared, ...batch }, await encoding);
    },
    async grams(requests, progress) {
      const draws = context.file.options.decompose?.draws ?? 0;
      const total = draws * requests.reduce((sum, { names }) => sum + names.length, 0);
      const found = await pool.ask<readonly Float64Array[]>(
        requests.map((request): Multiplying => ({ ask: "grams", requests: [request] })),
        { progress: summing(total, progress) },
      );
      return found.flat();
    },
    async saliency(images, progress) {
      // After the bases, which others wait for.
      await showing;
      const parts = inRuns(images, Math.ceil(images.length / width));
      const { bases, downstream } = context.roles;
      const mapped = new Set([...bases.map(({ classifier }) => classifier), ...downstream].map(({ name }) => name));
      const found = await pool.ask<readonly SaliencyRow[]>(
        parts.map((some): Mapping => ({ ask: "saliency", images: some })),
        { progress: summing(images.length * mapped.size, progress) },
      );
      return found.flat();
    },
  };
}

interface Encoded {
  readonly image: EncodedBatchImage;
  readonly sent: SentImage;
}

/** Shares out the bases of a batch whose images were shown. */
async function aligned(
  pool: WorkerPool,
  batch: ReturnType<typeof sharedRequest> & ChunkBatch,
  images: readonly Encoded[],
): ReturnType<ChunkExecutor["batch"]> {
  const selected = selectedIn(
    images.map(({ image }) => image),
    batch,
  );
  const { limits, keep, thumbnails, skip } = batch;
  const skipped = new Map(
    [...selected].map(([base, chosen]) => [base, new Set(chosen.filter((image) => skip(base, image)))]),
  );
  const searches = new Map(
    [...selected].map(([base, chosen]) => {
      const wanted = chosen.length - (skipped.get(base)?.size ?? 0);
      return [base, Math.min(wanted, limits.get(base) ?? wanted)];
    }),
  );
  const pieces = basesIn(searches, pool.size * piecesEach);
  const seen = seenInBatch(
    images.map(({ image }) => image),
    batch,
  );
  const first: Caching = { ask: "cache", images: images.map(({ sent }) => sent) };
  const steps = [...searches].map(([base, count]) => count + Math.min(count, keep.get(base) ?? 0));
  const progress = summing(
    steps.reduce((sum, count) => sum + count, 0),
    batch.progress,
  );
  const found = await pool.ask<Aligned>(
    pieces.map((bases): Aligning => ({ ask: "align", bases, limits, keep, thumbnails, skipped })),
    {
      first,
      progress,
      answered: (place, { counterfactuals, changes }) =>
        batch.found?.({ ...seen, bases: pieces[place] ?? [], counterfactuals, changes }),
    },
  );
  const inOrder = orderOf(batch, [...searches.keys()]);
  return {
    ...seen,
    counterfactuals: inOrder(found.flatMap(({ counterfactuals }) => counterfactuals)),
    changes: inOrder(found.flatMap(({ changes }) => changes)),
    pictures: inOrder(found.flatMap(({ pictures }) => pictures)),
    thumbnails: thumbnailsOf(batch, found, inOrder),
    selected,
    notFinite: [...seen.notFinite, ...found.flatMap(({ notFinite }) => notFinite)],
  };
}

/** Shows the images of a batch to all classifiers, a part of them by each worker. */
async function encoded(pool: WorkerPool, { images }: Pick<ChunkBatch, "images">): Promise<readonly Encoded[]> {
  const parts = inRuns(images, Math.min(pool.size, Math.ceil(images.length / width)));
  const found = await pool.ask<readonly SentImage[]>(parts.map((some): Encoding => ({ ask: "encode", images: some })));
  return found.flat().map((sent) => ({ image: receivedImage(sent), sent }));
}

/** Bases in pieces of about as many searches each, the largest first; neighbours stay together, as they may share gradient runs. */
function basesIn(searches: ReadonlyMap<string, number>, pieces: number): readonly (readonly string[])[] {
  const all = [...searches].filter(([, count]) => count > 0);
  const enough = Math.max(width, all.reduce((sum, [, count]) => sum + count, 0) / pieces);
  const found: { readonly bases: string[]; searches: number }[] = [];
  for (const [base, count] of all) {
    const last = found.at(-1);
    if (last !== undefined && last.searches + count / 2 <= enough) {
      last.bases.push(base);
      last.searches += count;
    } else {
      found.push({ bases: [base], searches: count });
    }
  }
  return found.sort((a, b) => b.searches - a.searches).map(({ bases }) => bases);
}

/** Puts rows in the order of images, then bases; those of the same image and base stay as they are. */
function orderOf({ images }: Pick<ChunkBatch, "images">, bases: readonly string[]) {
  const ofImage = new Map(images.map(({ image }, place) => [image, place]));
  const ofBase = new Map(bases.map((base, place) => [base, place]));
  const place = (row: { readonly image: string; readonly base: string }): number =>
    (ofImage.get(row.image) ?? 0) * bases.length + (ofBase.get(row.base) ?? 0);
  return <R extends { readonly image: string; readonly base: string }>(rows: readonly R[]): R[] =>
    rows.toSorted((a, b) => place(a) - place(b));
}

/** Thumbnails in the order of one process: each worker made those of the reconstructions that it started from. */
function thumbnailsOf(
  { images }: Pick<ChunkBatch, "images">,
  found: readonly Aligned[],
  inOrder: ReturnType<typeof orderOf>,
): readonly Thumbnail[] {
  const all = found.flatMap(({ thumbnails }) => thumbnails);
  const before = new Map(all.flatMap((one) => (one.base === null ? [[one.image, one] as const] : [])));
  const after = all.flatMap(({ base, ...rest }) => (base === null ? [] : [{ ...rest, base }]));
  return [...images.flatMap(({ image }) => before.get(image) ?? []), ...inOrder(after)];
}

/** Adds up what the parts of some work say of themselves. */
function summing(
  total: number,
  progress: ((done: number, total: number, counterfactuals: number) => void) | undefined,
): (place: number, value: unknown) => void {
  const latest = new Map<number, WorkerProgress>();
  return (place, value) => {
    latest.set(place, value as WorkerProgress);
    const all = [...latest.values()];
    const done = all.reduce((sum, [steps]) => sum + steps, 0);
    progress?.(
      Math.min(done, total),
      total,
      all.reduce((sum, [, , counterfactuals = 0]) => sum + counterfactuals, 0),
    );
  };
}
