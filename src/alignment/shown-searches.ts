import type { Tensor } from "../base/tensor.ts";
import type { Leg } from "../counterfactual/search-path.ts";
import { figuresOf, type ShiftJob, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { hasPrediction, modelsOf, type Outputs, predictionOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { WholeCalls } from "../models/whole-calls.ts";
import { alignmentOf } from "./align.ts";
import type { EncodedBatchImage } from "./encoded-batch.ts";
import { perturbedChanges } from "./perturbed.ts";
import type { ChangeRow, CounterfactualRow, NotFinite } from "./rows.ts";
import { showing } from "./showing.ts";

/** A base on one image of a batch. */
export interface BatchJob extends ShiftJob {
  readonly of: EncodedBatchImage;
  /** Its place among the rows: by image, then by base. */
  readonly order: number;
}

/** A counterfactual that every classifier has seen. */
export interface Shown {
  readonly job: BatchJob;
  readonly counterfactual: CounterfactualRow;
  readonly changes: readonly ChangeRow[];
}

/** Where a search ended: what frames are drawn from. */
export interface SearchEnd {
  /** The way there, straight part by straight part. */
  readonly legs: readonly Leg[];
  /** xλ, [1, c, h, w] */
  readonly image: Tensor;
  /** Outputs on xλ of the classifiers that it was shown to. */
  readonly outputs: Outputs;
}

export interface ShownSearchOptions {
  readonly autoencoder: Autoencoder;
  readonly search: SearchOptions;
  /** Classifiers that every counterfactual is shown to. */
  readonly shown: readonly Classifier[];
  /** Whether counterfactuals that reached the drop are shown to the base again after perturbations. */
  readonly robustness: boolean;
  /** Fall of the base from which there is a relative change. */
  readonly minBaseChange: number;
  /** Told as counterfactuals are finished, in no particular order. */
  finished(shown: Shown, end: SearchEnd): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Searches counterfactuals and shows them as soon as they fill a call, so that only a few images are held at a time. Rows come in order. A
 * search that meets a number that is not finite gives nothing, and a classifier that gives one on what it is shown has no change.
 */
export async function shownSearches(
  jobs: readonly BatchJob[],
  { autoencoder, search, shown, robustness, minBaseChange, finished, signal }: ShownSearchOptions,
): Promise<{ readonly found: readonly Shown[]; readonly notFinite: readonly NotFinite[] }> {
  const lost = new Set<ShiftJob>();
  const notFinite: (NotFinite & { readonly order: number })[] = [];
  const show = showing(autoencoder, modelsOf(shown), signal);
  const perturbed = new Map<BatchJob, CounterfactualRow["perturbed"]>();
  const perturbing = new WholeCalls<{ readonly job: BatchJob; readonly image: Tensor }>(async (items) => {
    const pairs = items.map(({ job, image }) => ({ base: job.base, reconstruction: job.reconstruction, image }));
    const changes = await perturbedChanges(pairs, autoencoder);
    for (const [place, { job }] of items.entries()) perturbed.set(job, changes[place] ?? {});
  });
  const found: Shown[] = [];
  await shiftSearches(
    jobs,
    { autoencoder, search, exact: true, signal, lost: (job) => lost.add(job) },
    async (job, result) => {
      const { legs, image, seen: before } = result;
      await show.image(
        image,
        (after) => {
          const { onInput, onReconstruction } = job.of;
          const started = shown.filter((one) => hasPrediction(one, onInput) && hasPrediction(one, onReconstruction));
          const seenBy = started.filter((one) => hasPrediction(one, after));
          const { basePrediction, ...figures } = figuresOf(job, result);
          const own: Shown = {
            job,
            counterfactual: { image: job.of.image, ...figures, ...basePrediction, perturbed: {} },
            changes: seenBy.map((classifier) => changeRow(classifier, { job, result, after, minBaseChange })),
          };
          for (const classifier of started.filter((one) => !seenBy.includes(one))) {
            notFinite.push({ image: job.of.image, classifier: classifier.name, order: job.order });
          }
          found.push(own);
          finished(own, { legs, image, outputs: after });
        },
        before,
      );
      if (robustness && reachedDrop(result, search)) await perturbing.add({ job, image });
    },
  );
  await show.flush();
  await perturbing.flush();
  for (const { of, base, order } of jobs.filter((job) => lost.has(job))) {
    notFinite.push({ image: of.image, classifier: base.name, order });
  }
  return {
    found: found
      .sort((a, b) => a.job.order - b.job.order)
      .map((one) => ({ ...one, counterfactual: { ...one.counterfactual, perturbed: perturbed.get(one.job) ?? {} } })),
    notFinite: notFinite.sort((a, b) => a.order - b.order).map(({ image, classifier }) => ({ image, classifier })),
  };
}

/** Whether a counterfactual fell as far as was asked for. */
function reachedDrop({ stopReason, prediction }: ShiftResult, { drop }: SearchOptions): boolean {
  return stopReason === "dropped" || prediction.before - prediction.after >= drop;
}

/** minBaseChange: fall of the base from which there is a relative change. */
function changeRow(
  classifier: Classifier,
  {
    job,
    result,
    after,
    minBaseChange,
  }: {
    readonly job: BatchJob;
    readonly result: ShiftResult;
    readonly after: Outputs;
    readonly minBaseChange: number;
  },
): ChangeRow {
  const base = { base: job.base.name, basePrediction: result.prediction };
  const said = () => ({ before: predictionOf(classifier, job.outputs), after: predictionOf(classifier, after) });
  return {
    image: job.of.image,
    base: job.base.name,
    ...alignmentOf(classifier, base, { said, least: minBaseChange }),
  };
}
