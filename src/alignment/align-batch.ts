import type { Tensor } from "../base/tensor.ts";
import { ownLatentScale } from "../counterfactual/latent-scale.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { firstTerm } from "../models/concept.ts";
import { hasPrediction, isPositive, modelsOf, notFinite, predictionOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { type BatchImage, type EncodedBatchImage, encodeBatch } from "./encoded-batch.ts";
import { type KeptFrames, keepsakes, keptFrames } from "./kept-frames.ts";
import type { ChangeRow, CounterfactualRow, NotFinite, PredictionRow } from "./rows.ts";
import { type BatchJob, shownSearches } from "./shown-searches.ts";
import { type Thumbnail, thumbnails } from "./thumbnails.ts";

/** A base classifier of a run. */
export interface BatchBase {
  readonly classifier: Classifier;
  /** Decides which images are positive; the first term of `classifier` by default. */
  readonly positive?: Classifier;
}

/** A batch of images (64 or fewer is a good size) × bases × downstream classifiers and judges. */
export interface AlignBatchRequest {
  readonly images: readonly BatchImage[];
  readonly autoencoder: Autoencoder;
  readonly bases: readonly BatchBase[];
  readonly downstream: readonly Classifier[];
  readonly judges: readonly Classifier[];
  readonly search: SearchOptions;
  /** Median ‖E(x_i) − E(x_j)‖ of the data: the unit of `search.maxShift`; √2·‖z0‖ of each image when absent. */
  readonly latentScale?: number;
  /** Which images a base is run on. */
  selectFor(base: string): "positive" | "all";
  /** f(x_0) from which an image is positive, 0.5; a class of a softmax is positive where it is the arg max (and, above 0.5, this likely). */
  readonly minPrediction: number;
  /** Whether the counterfactual of a base on an image is not wanted; predictions still are. None is skipped when absent. */
  skip?(base: string, image: string): boolean;
  /** At most so many counterfactuals of a base in this batch, the first selected images in order; without an entry no limit. */
  readonly limits?: ReadonlyMap<string, number>;
  /** At most so many counterfactuals of a base are kept as frames: the first in order whose prediction fell by `keepFrom`; without an entry none. */
  readonly keep?: ReadonlyMap<string, number>;
  /** Fall of the base prediction from which a counterfactual is worth keeping, 0.3. */
  readonly keepFrom?: number;
  /** Frames from reconstruction to counterfactual, both included, 8. */
  readonly keepFrames?: number;
  /** Told the frames of a counterfactual that is kept as soon as they are drawn, and its place among those, which is in the order of rows. */
  kept?(frames: KeptFrames, place: number): void;
  /** Bases whose counterfactuals are all kept in small; none when absent. */
  readonly thumbnails?: ReadonlySet<string>;
  /** Whether counterfactuals that reached the drop are shown to the base again after perturbations, false. */
  readonly robustness?: boolean;
  /** Fall of the base from which there is a relative change, 0: rows keep all of them, and whoever reads them chooses. */
  readonly minBaseChange?: number;
  /**
   * Told as counterfactuals are finished and then as those that are kept are drawn: steps that are done, steps that there are at
   * most, and counterfactuals that are finished.
   */
  progress?(done: number, total: number, counterfactuals: number): void;
  /** Checked between evaluations; throws CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** Rows of one batch; predictions are of bases, what selects their images, downstream classifiers and judges, each once. */
export interface AlignBatchResult {
  readonly predictions: readonly PredictionRow[];
  readonly counterfactuals: readonly CounterfactualRow[];
  readonly changes: readonly ChangeRow[];
  readonly thumbnails: readonly Thumbnail[];
  /** By base the images that it is run on, whatever the limits leave of them. */
  readonly selected: ReadonlyMap<string, readonly string[]>;
  /** What is left out because a number on the way to it is not finite. */
  readonly notFinite: readonly NotFinite[];
  /** By image: share of the reconstruction's values that lie at or beyond the ends of [0, 1]. */
  readonly clampedShares: ReadonlyMap<string, number>;
}

/**
 * Counterfactuals of every image for every base, shown to every downstream classifier and judge.
 * Rows come in the order of images, then bases, then classifiers, whatever order the searches ended in; those of an image
 * do not depend on the images beside it. A classifier that gives no finite number on an image has no rows of it.
 * Errors: CfalignError("runtime") for one that gives none on any of many images.
 */
export async function alignBatch(request: AlignBatchRequest): Promise<AlignBatchResult> {
  if (request.images.length === 0) {
    return {
      predictions: [],
      counterfactuals: [],
      changes: [],
      thumbnails: [],
      selected: new Map(),
      notFinite: [],
      clampedShares: new Map(),
    };
  }
  const images = await encodeBatch(request.images, request.autoencoder, modelsOf(shownImagesTo(request)));
  const seen = seenInBatch(images, request);
  const aligned = await alignEncoded(images, request);
  return { ...seen, ...aligned, notFinite: [...seen.notFinite, ...aligned.notFinite] };
}

/** Classifiers that the images of a batch are shown to. */
export function shownImagesTo({
  bases,
  downstream,
  judges,
}: Pick<AlignBatchRequest, "bases" | "downstream" | "judges">): readonly Classifier[] {
  return distinct([...bases.map(({ classifier }) => classifier), ...downstream, ...judges, ...bases.map(decider)]);
}

/** What is known of the images of a batch before their counterfactuals. */
export function seenInBatch(
  images: readonly EncodedBatchImage[],
  request: Pick<AlignBatchRequest, "bases" | "downstream" | "judges">,
): Pick<AlignBatchResult, "predictions" | "clampedShares" | "notFinite"> {
  const classifiers = shownImagesTo(request);
  for (const classifier of classifiers) requireSome(classifier, images);
  return {
    predictions: images.flatMap((of) =>
      classifiers
        .filter((classifier) => isKnown(classifier, of))
        .map((classifier) => ({
          image: of.image,
          classifier: classifier.name,
          input: predictionOf(classifier, of.onInput),
          reconstruction: predictionOf(classifier, of.onReconstruction),
        })),
    ),
    notFinite: images.flatMap((of) =>
      classifiers
        .filter((classifier) => !isKnown(classifier, of))
        .map(({ name }) => ({ image: of.image, classifier: name })),
    ),
    clampedShares: new Map(images.map(({ image, reconstruction }) => [image, clampedShare(reconstruction)])),
  };
}

/** Whether a classifier gives numbers on an image and on its reconstruction. */
export function isKnown(
  classifier: Classifier,
  { onInput, onReconstruction }: Pick<EncodedBatchImage, "onInput" | "onReconstruction">,
): boolean {
  return hasPrediction(classifier, onInput) && hasPrediction(classifier, onReconstruction);
}

/** Images from which on a classifier that gives a number on none of them is broken. */
const enough = 8;

function requireSome(classifier: Classifier, images: readonly EncodedBatchImage[]): void {
  if (images.length < enough || images.some((of) => isKnown(classifier, of))) return;
  const { model, target } = classifier.terms[0] as Classifier["terms"][number];
  const [of] = images as readonly [EncodedBatchImage];
  const values = [of.onInput(model), of.onReconstruction(model)].map((outputs) => outputs[target]);
  throw notFinite(
    `${model.name}, on all of ${images.length} images`,
    String(model.targets[target]),
    values.find((value) => !Number.isFinite(value)) ?? Number.NaN,
  );
}

/** Counterfactuals of encoded images: rows of a base do not depend on the bases beside it either. */
export async function alignEncoded(
  images: readonly EncodedBatchImage[],
  request: Omit<AlignBatchRequest, "images">,
): Promise<Pick<AlignBatchResult, "counterfactuals" | "changes" | "thumbnails" | "selected" | "notFinite">> {
  const { autoencoder, search, robustness = false, keepFrom = 0.3, keepFrames = 8, signal } = request;
  const keep = request.keep ?? new Map<string, number>();
  const shown = distinct([...request.downstream, ...request.judges]);
  const bases = request.bases.map(({ classifier }) => classifier);
  const selected = selectedIn(images, request);
  const jobs = request.bases.flatMap((base, place) => jobsOf(base, place, { ...request, images, selected }));

  const worth = keepsakes(keep, keepFrom);
  const small = thumbnails(request.thumbnails ?? new Set());
  const steps = jobs.length + mostKept(jobs, keep);
  let made = 0;
  const { found, notFinite } = await shownSearches(jobs, {
    autoencoder,
    search,
    shown,
    robustness,
    minBaseChange: request.minBaseChange ?? 0,
    finished(shown, end) {
      made += 1;
      worth.offer({ shown, end });
      small.offer({ shown, end });
      request.progress?.(made, steps, made);
    },
    signal,
  });
  let drawn = 0;
  await keptFrames(worth.inOrder(), {
    autoencoder,
    classifiers: distinct([...bases, ...shown]),
    seenBy: shown,
    count: keepFrames,
    kept: (frames, place) => {
      request.kept?.(frames, place);
      drawn += 1;
      request.progress?.(made + drawn, steps, made);
    },
    signal,
  });
  return {
    counterfactuals: found.map(({ counterfactual }) => counterfactual),
    changes: found.flatMap(({ changes }) => changes),
    thumbnails: small.inOrder(),
    selected,
    notFinite,
  };
}

/** By base the images that it is run on, whatever the limits leave of them. */
export function selectedIn(
  images: readonly EncodedBatchImage[],
  request: Pick<AlignBatchRequest, "bases" | "selectFor" | "minPrediction">,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    request.bases.map((base) => {
      const chosen = selectedOf(base, { ...request, images });
      return [base.classifier.name, [...chosen].map(({ image }) => image)];
    }),
  );
}

function distinct(classifiers: readonly Classifier[]): readonly Classifier[] {
  return [...new Map(classifiers.map((classifier) => [classifier.name, classifier])).values()];
}

/** Searches of a base on the images that it is run on, in order. place: of the base among the request's. */
function jobsOf(
  base: BatchBase,
  place: number,
  request: Omit<AlignBatchRequest, "images"> & {
    readonly images: readonly EncodedBatchImage[];
    readonly selected: ReadonlyMap<string, readonly string[]>;
  },
): readonly BatchJob[] {
  const { images, bases, selected, skip, latentScale, limits } = request;
  const { name } = base.classifier;
  const chosen = new Set(selected.get(name));
  const jobs = images.flatMap((of, index): BatchJob[] => {
    if (skip?.(name, of.image) === true || !chosen.has(of.image)) return [];
    const { latent, reconstruction, onReconstruction: outputs } = of;
    const scale = latentScale ?? ownLatentScale(latent);
    const order = index * bases.length + place;
    const start = { latent, reconstruction, outputs, latentScale: scale, key: of.noiseKey };
    return [{ of, order, base: base.classifier, ...start }];
  });
  return jobs.slice(0, limits?.get(name) ?? jobs.length);
}

/** Images that a base is run on. */
function selectedOf(
  base: BatchBase,
  request: Pick<AlignBatchRequest, "selectFor" | "minPrediction"> & { readonly images: readonly EncodedBatchImage[] },
): ReadonlySet<EncodedBatchImage> {
  const { selectFor, minPrediction } = request;
  const positive = decider(base);
  const images = request.images.filter((of) => isKnown(base.classifier, of) && isKnown(positive, of));
  if (selectFor(base.classifier.name) === "all") return new Set(images);
  return new Set(images.filter((of) => isPositive(positive, of.onReconstruction, minPrediction)));
}

/** What says that an image is positive for a base. */
function decider({ classifier, positive }: BatchBase): Classifier {
  return positive ?? firstTerm(classifier);
}

/** How many counterfactuals of some jobs are kept at most. */
function mostKept(jobs: readonly BatchJob[], keep: ReadonlyMap<string, number>): number {
  return [...keep].reduce(
    (sum, [base, most]) => sum + Math.min(most, jobs.filter((job) => job.base.name === base).length),
    0,
  );
}

/** Share of the values that the decoder's clamp put at an end of [0, 1], or that lie beyond where it has none. */
function clampedShare({ data }: Tensor): number {
  return data.reduce((sum, value) => sum + (value <= 0 || value >= 1 ? 1 : 0), 0) / data.length;
}
