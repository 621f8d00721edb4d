import { type AlignBatchRequest, type AlignBatchResult, alignBatch } from "../alignment/align-batch.ts";
import type { KeptFrames } from "../alignment/kept-frames.ts";
import { gramMatrix, type LatentGradientRequest, latentGradients } from "../alignment/latent-gradients.ts";
import type { SaliencyRow } from "../alignment/rows.ts";
import type { LoadedImage } from "../images/image-source.ts";
import { hereAlone, type Predictor } from "../interventions/predictions-on.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Commit } from "../results/commit.ts";
import { writeKept } from "../results/kept-pictures.ts";
import type { RunFile } from "../results/run-file.ts";
import { saliencyRows } from "./chunk-saliency.ts";
import type { Roles } from "./roles.ts";

/** What the work on a chunk is done with, whoever does it. */
export interface ExecutorContext {
  /** Folder of the run. */
  readonly out: string;
  readonly autoencoder: Autoencoder;
  readonly roles: Roles;
  readonly file: RunFile;
  readonly signal: AbortSignal;
}

/** A batch without what every batch of a run shares. */
export interface ChunkBatch extends Pick<AlignBatchRequest, "images" | "progress"> {
  readonly limits: ReadonlyMap<string, number>;
  readonly keep: ReadonlyMap<string, number>;
  /** Bases whose counterfactuals are kept in small. */
  readonly thumbnails: ReadonlySet<string>;
  skip(base: string, image: string): boolean;
  /** Told the rows of some bases as soon as all of them are known. */
  found?(rows: FoundRows): void;
}

/** All rows of some bases on the images of a batch. */
export interface FoundRows extends Pick<AlignBatchResult, "predictions" | "counterfactuals" | "changes"> {
  readonly bases: readonly string[];
}

/** A latent whose gradients are multiplied with each other, and the names of the classifiers that they are of. */
export interface GramRequest extends Pick<LatentGradientRequest, "latent" | "key"> {
  readonly names: readonly string[];
}

/** Told how many steps of all are done. */
export type OnProgress = (done: number, total: number) => void;

/** Who does the work on a chunk: this process, or others beside it, in the order in which it is asked for. Rows are the same to the bit. */
export interface ChunkExecutor {
  /** Shows pictures to members of the run. */
  readonly predictor: Predictor;
  /** Rows of a batch; its kept frames are written. */
  batch(batch: ChunkBatch): Promise<AlignBatchResult & { readonly pictures: Commit["pictures"] }>;
  /** A Gram matrix per request. Only of a run that decomposes. */
  grams(requests: readonly GramRequest[], progress: OnProgress): Promise<readonly Float64Array[]>;
  /** Likeness of the saliency maps of some images, which have pixels. Only of a run that compares them. */
  saliency(images: readonly LoadedImage[], progress: OnProgress): Promise<readonly SaliencyRow[]>;
}

/** What the batches of a run share. */
export function sharedRequest({
  autoencoder,
  roles,
  file,
  signal,
}: Omit<ExecutorContext, "out">): Omit<AlignBatchRequest, "images"> {
  return {
    autoencoder,
    bases: roles.bases,
    downstream: roles.downstream,
    judges: roles.judges,
    search: file.options,
    latentScale: file.latentScale ?? Infinity,
    selectFor: () => file.options.select,
    minPrediction: file.options.minPrediction,
    keepFrames: file.options.keepFrames,
    robustness: file.options.robustness,
    signal,
  };
}

/** This process, one work after another; after one that failed none is begun. */
export function localExecutor(context: ExecutorContext): ChunkExecutor {
  const { out, file, roles, signal } = context;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const own = last.then(work);
    last = own;
    return own;
  };
  return {
    predictor: hereAlone,
    batch: (batch) =>
      inTurn(async () => {
        const pictures = pictureWriter(out);
        const result = await pictures.during(alignBatch({ ...sharedRequest(context), ...batch, kept: pictures.write }));
        batch.found?.({ ...result, bases: file.bases });
        return { ...result, pictures: await pictures.written() };
      }),
    grams: (requests, progress) => inTurn(() => gramsOf(requests, { ...context, progress })),
    saliency: (images, progress) =>
      inTurn(() => {
        const method = file.options.saliency?.method ?? "input-gradients";
        return saliencyRows(images, { roles, method, signal, progress });
      }),
  };
}

/** Pictures that are encoded and written at a time: most of what one takes is waiting for the disk. */
const writers = 8;

/** Writes kept frames while others are drawn: encoders have threads of their own, models run in that of the program. */
export interface PictureWriter {
  /** Begins to write frames. place: of theirs in what the commit says. */
  write(frames: KeptFrames, place: number): void;
  /** What the work gives; where it fails, nothing is written any more after it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** What the commit says of all that was written. */
  written(): Promise<Commit["pictures"]>;
}

export function pictureWriter(out: string): PictureWriter {
  const pictures: Commit["pictures"] = [];
  const lanes = new Array<Promise<void>>(writers).fill(Promise.resolve());
  const settled = (): Promise<unknown> => Promise.allSettled(lanes);
  let given = 0;
  return {
    write(frames, place) {
      const lane = given++ % writers;
      const written = (lanes[lane] as Promise<void>).then(async () => {
        pictures[place] = await writeKept(out, frames);
      });
      // Asked for at the end.
      written.catch(() => {});
      lanes[lane] = written;
    },
    async during(work) {
      try {
        return await work;
      } catch (error) {
        await settled();
        throw error;
      }
    },
    async written() {
      await settled();
      await Promise.all(lanes);
      return pictures;
    },
  };
}

export async function gramsOf(
  requests: readonly GramRequest[],
  { autoencoder, roles, file, signal, progress }: Omit<ExecutorContext, "out"> & { readonly progress: OnProgress },
): Promise<readonly Float64Array[]> {
  const { decompose, seed } = file.options;
  const all = [...roles.bases.map(({ classifier }) => classifier), ...[...roles.conceptSets.values()].flat()];
  const byName = new Map(all.map((classifier) => [classifier.name, classifier]));
  const gradients = await latentGradients(
    requests.map(({ latent, key, names }) => ({
      latent,
      key,
      classifiers: names.map((name) => byName.get(name) as Classifier),
    })),
    {
      autoencoder,
      ...decompose,
      seed,
      ...(file.latentScale === null ? {} : { latentScale: file.latentScale }),
      gaps: true,
      signal,
      progress,
    },
  );
  return gradients.map(gramMatrix);
}
