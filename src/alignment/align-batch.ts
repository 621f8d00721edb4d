import { shifted } from "../counterfactual/direction.ts";
import { ownLatentScale } from "../counterfactual/latent-shift.ts";
import { type ShiftJob, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { throwIfInterrupted } from "../errors.ts";
import { fitImage } from "../models/fit-image.ts";
import { isPositive, modelsOf, type Outputs, outputsOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import { row, stack, type Tensor } from "../tensor.ts";
import { type NullDraws, type NullTarget, nullDraws } from "./null-draws.ts";
import { perturbedChanges } from "./perturbed.ts";
import { relativeChange } from "./relative-change.ts";
import type { ChangeRow, CounterfactualRow, PredictionRow } from "./rows.ts";

/** A base classifier of a run. */
export interface BatchBase {
  readonly classifier: Classifier;
  /** Decides which images are positive; the first term of `classifier` by default. */
  readonly positive?: Classifier;
}

/** A batch of images (64 or fewer is a good size) × bases × downstream classifiers and judges. */
export interface AlignBatchRequest {
  /** [1, 1 | 3, h, w] in [0, 1], RGB; brought to the autoencoder's size and channels where they differ. */
  readonly images: readonly {
    readonly image: string;
    readonly pixels: Tensor;
    /** What its null draws move towards, one target a draw; none when absent. */
    readonly nullTargets?: readonly NullTarget[];
  }[];
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
  /** Bases whose counterfactuals are not wanted; their predictions still are. */
  readonly skipBases?: ReadonlySet<string>;
  /** At most so many counterfactuals of a base in this batch, the first selected images in order; without an entry no limit. */
  readonly limits?: ReadonlyMap<string, number>;
  /** At most so many counterfactuals of a base are kept as frames: the first in order whose prediction fell by `keepFrom`; without an entry none. */
  readonly keep?: ReadonlyMap<string, number>;
  /** Fall of the base prediction from which a counterfactual is worth keeping, 0.3. */
  readonly keepFrom?: number;
  /** Frames from reconstruction to counterfactual, both included, 8. */
  readonly keepFrames?: number;
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

/** Frames from the reconstruction to the counterfactual, with every prediction along the way. */
export interface KeptFrames {
  readonly image: string;
  readonly base: string;
  /** [1, c, h, w]: the input at the autoencoder's size. */
  readonly input: Tensor;
  /** λ of each frame as a share of the counterfactual's λ: from 0 (reconstruction) to 1 (counterfactual). */
  readonly shares: readonly number[];
  /** [shares, c, h, w] */
  readonly frames: Tensor;
  /** Predictions at `shares` by classifier: base, downstream, judges. */
  readonly predictions: Readonly<Record<string, readonly number[]>>;
}

/** Rows of one batch; predictions are of bases, what selects their images, downstream classifiers and judges, each once. */
export interface AlignBatchResult {
  readonly predictions: readonly PredictionRow[];
  readonly counterfactuals: readonly CounterfactualRow[];
  readonly changes: readonly ChangeRow[];
  readonly kept: readonly KeptFrames[];
  /** By image: share of the reconstruction's values that lie at or beyond the ends of [0, 1]. */
  readonly clampedShares: ReadonlyMap<string, number>;
}

/** A search that is to be run, and where its rows go. */
interface Job extends ShiftJob {
  readonly image: number;
  readonly baseIndex: number;
}

/** What is left of a counterfactual once it was shown: not its image. */
interface Shown {
  readonly job: Job;
  /** Only for a base of which pictures are kept: directions of large latents are large. */
  readonly shift?: Pick<ShiftResult, "direction" | "shift">;
  readonly counterfactual: CounterfactualRow;
  readonly changes: readonly ChangeRow[];
}

interface Finished {
  readonly job: Job;
  readonly result: ShiftResult;
}

/**
 * Counterfactuals of every image for every base, shown to every downstream classifier and judge.
 * Rows come in the order of images, then bases, then classifiers, whatever order the searches ended in; those of an image
 * do not depend on the images beside it.
 */
export async function alignBatch(request: AlignBatchRequest): Promise<AlignBatchResult> {
  if (request.images.length === 0) {
    return { predictions: [], counterfactuals: [], changes: [], kept: [], clampedShares: new Map() };
  }
  const { autoencoder, signal, search } = request;
  const names = request.images.map(({ image }) => image);
  const shown = distinct([...request.downstream, ...request.judges]);
  const bases = request.bases.map(({ classifier }) => classifier);
  const classifiers = distinct([...bases, ...shown, ...request.bases.map(decider)]);
  const models = modelsOf(classifiers);

  const inputs = await Promise.all(request.images.map(({ pixels }) => fitImage(pixels, autoencoder.image)));
  const latents = await autoencoder.encode(filled(inputs));
  const reconstructions = await autoencoder.decode(latents);
  const onInput = await outputsOf(models, filled(inputs));
  const onReconstruction = await outputsOf(models, reconstructions);

  const jobs = request.bases.flatMap((base, baseIndex) =>
    selected(request, base, onReconstruction).map((image): Job => {
      const latent = row(latents, image);
      return {
        image,
        baseIndex,
        base: base.classifier,
        latent,
        reconstruction: row(reconstructions, image),
        outputs: onReconstruction(image),
        latentScale: request.latentScale ?? ownLatentScale(latent),
      };
    }),
  );
  const rows = new Map<Job, Shown>();
  const steps = jobs.length + mostKept(jobs, request.keep);

  const show = async (finished: readonly Finished[]): Promise<void> => {
    if (finished.length === 0) return;
    const outputs = await outputsOf(modelsOf(shown), filled(finished.map(({ result }) => result.image)));
    const draws = await nullDraws(
      finished.map(({ job, result }) => ({
        latent: job.latent,
        unit: result.direction.unit,
        shift: result.shift,
        targets: request.images[job.image]?.nullTargets ?? [],
      })),
      autoencoder,
      shown,
    );
    const checked = request.robustness ? finished.filter(({ result }) => reachedDrop(result, search)) : [];
    const perturbed = await perturbedChanges(
      checked.map(({ job, result }) => ({ ...job, image: result.image })),
      autoencoder,
    );
    for (const [place, { job, result }] of finished.entries()) {
      const image = names[job.image] as string;
      rows.set(job, {
        job,
        ...((request.keep?.get(job.base.name) ?? 0) > 0
          ? { shift: { direction: result.direction, shift: result.shift } }
          : {}),
        counterfactual: {
          ...counterfactualRow(image, job.base.name, result),
          nullTowards: draws[place]?.towards ?? [],
          perturbed: perturbed[checked.findIndex((other) => other.job === job)] ?? {},
        },
        changes: shown.map((classifier) =>
          changeRow(image, classifier, {
            ...{ job, result, minBaseChange: request.minBaseChange ?? 0 },
            after: outputs(place),
            draws: draws[place] as NullDraws,
          }),
        ),
      });
    }
    request.progress?.(rows.size, steps, rows.size);
  };
  // Counterfactuals are shown as soon as they fill a batch: only a few images are held at a time.
  const waiting: Finished[] = [];
  await shiftSearches(jobs, { autoencoder, search, exact: true, signal }, async (job, result) => {
    waiting.push({ job, result });
    if (waiting.length >= width) await show(waiting.splice(0));
  });
  await show(waiting);

  const ordered = [...jobs]
    .sort((a, b) => a.image - b.image || a.baseIndex - b.baseIndex)
    .flatMap((job) => rows.get(job) ?? []);
  const worth = worthKeeping(ordered, request);
  const told = { ...request, told: (drawn: number) => request.progress?.(rows.size + drawn, steps, rows.size) };
  const kept = await keepFrames(told, worth, names, inputs, distinct([...bases, ...shown]));
  return {
    predictions: names.flatMap((image, index) =>
      classifiers.map((classifier) => ({
        image,
        classifier: classifier.name,
        input: read(classifier, onInput(index)).prediction,
        reconstruction: read(classifier, onReconstruction(index)).prediction,
      })),
    ),
    counterfactuals: ordered.map(({ counterfactual }) => counterfactual),
    changes: ordered.flatMap(({ changes }) => changes),
    kept,
    clampedShares: new Map(names.map((image, index) => [image, clampedShare(row(reconstructions, index))])),
  };
}

function distinct(classifiers: readonly Classifier[]): readonly Classifier[] {
  return [...new Map(classifiers.map((classifier) => [classifier.name, classifier])).values()];
}

/** Indices of the images that a base is run on, in order. */
function selected(
  request: AlignBatchRequest,
  base: BatchBase,
  onReconstruction: (image: number) => Outputs,
): readonly number[] {
  const { classifier } = base;
  if (request.skipBases?.has(classifier.name) === true) return [];
  const everyone = request.images.map((_, index) => index);
  const positive = decider(base);
  const chosen =
    request.selectFor(classifier.name) === "all"
      ? everyone
      : everyone.filter((index) => isPositive(positive, onReconstruction(index), request.minPrediction));
  return chosen.slice(0, request.limits?.get(classifier.name) ?? chosen.length);
}

/** What says that an image is positive for a base. */
function decider({ classifier, positive }: BatchBase): Classifier {
  return positive ?? firstTerm(classifier);
}

/** By base the first counterfactuals in order that moved, whatever order the searches ended in. */
function worthKeeping(
  ordered: readonly Shown[],
  { keep, keepFrom = 0.3 }: AlignBatchRequest,
): readonly Required<Shown>[] {
  const left = new Map(keep);
  return ordered.flatMap(({ job, shift, counterfactual, changes }) => {
    const more = left.get(job.base.name) ?? 0;
    const moved = counterfactual.before - counterfactual.after > keepFrom;
    if (more <= 0 || !moved || shift === undefined) return [];
    left.set(job.base.name, more - 1);
    return [{ job, shift, counterfactual, changes }];
  });
}

/** How many counterfactuals of some jobs are kept at most. */
function mostKept(jobs: readonly Job[], keep: AlignBatchRequest["keep"] = new Map()): number {
  return [...keep].reduce(
    (sum, [base, most]) => sum + Math.min(most, jobs.filter((job) => job.base.name === base).length),
    0,
  );
}

/** The classifier of the first term alone, without its coefficient: what a composed base is about. */
export function firstTerm(classifier: Classifier): Classifier {
  const [term] = classifier.terms;
  return term === undefined ? classifier : { name: term.name, terms: [{ ...term, coefficient: 1 }] };
}

/** Whether a counterfactual fell as far as was asked for. */
function reachedDrop({ stopReason, prediction }: ShiftResult, { drop }: SearchOptions): boolean {
  return stopReason === "dropped" || prediction.before - prediction.after >= drop;
}

/** Share of the values that the decoder's clamp put at an end of [0, 1], or that lie beyond where it has none. */
function clampedShare({ data }: Tensor): number {
  return data.reduce((sum, value) => sum + (value <= 0 || value >= 1 ? 1 : 0), 0) / data.length;
}

function counterfactualRow(
  image: string,
  base: string,
  result: ShiftResult,
): Omit<CounterfactualRow, "nullTowards" | "perturbed"> {
  return {
    image,
    base,
    lambda: result.lambda,
    shift: result.shift,
    stopReason: result.stopReason,
    evaluations: result.evaluations,
    before: result.prediction.before,
    after: result.prediction.after,
    dominantTerm: result.direction.dominantTerm ?? null,
    trace: result.trace,
  };
}

function changeRow(
  image: string,
  classifier: Classifier,
  {
    job,
    result,
    after,
    draws,
    minBaseChange,
  }: Finished & { readonly after: Outputs; readonly draws: NullDraws; readonly minBaseChange: number },
): ChangeRow {
  const own = classifier.name === job.base.name;
  const change = own
    ? result.prediction
    : { before: read(classifier, job.outputs).prediction, after: read(classifier, after).prediction };
  return {
    image,
    base: job.base.name,
    downstream: classifier.name,
    before: change.before,
    after: change.after,
    relativeChange: relativeChange(result.prediction, change, minBaseChange) ?? null,
    nullAfter: draws.after.get(classifier) ?? [],
  };
}

/** Decodes the frames of counterfactuals, as many at a time as fill a call. */
async function keepFrames(
  { autoencoder, keepFrames: count = 8, signal, told }: AlignBatchRequest & { readonly told: (drawn: number) => void },
  worth: readonly Required<Shown>[],
  names: readonly string[],
  inputs: readonly Tensor[],
  classifiers: readonly Classifier[],
): Promise<readonly KeptFrames[]> {
  const shares = Array.from({ length: count }, (_, i) => (count === 1 ? 1 : i / (count - 1)));
  const together = Math.max(1, Math.floor(width / count));
  const kept: KeptFrames[] = [];
  for (let start = 0; start < worth.length; start += together) {
    throwIfInterrupted(signal);
    const group = worth.slice(start, start + together);
    const latents = group.flatMap(({ job, shift: { direction, shift } }) =>
      shares.map((share) => shifted(job.latent, direction, share * shift)),
    );
    const decoded = await autoencoder.decode(filled(latents));
    const outputs = await outputsOf(modelsOf(classifiers), decoded);
    for (const [place, { job }] of group.entries()) {
      const rows = shares.map((_, index) => place * count + index);
      const predictions = classifiers.map((classifier) => [
        classifier.name,
        rows.map((index) => read(classifier, outputs(index)).prediction),
      ]);
      kept.push({
        image: names[job.image] as string,
        base: job.base.name,
        input: inputs[job.image] as Tensor,
        shares,
        frames: stack(rows.map((index) => row(decoded, index))),
        predictions: Object.fromEntries(predictions),
      });
    }
    told(kept.length);
  }
  return kept;
}
