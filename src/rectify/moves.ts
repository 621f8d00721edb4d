import { relativeChange } from "../alignment/relative-change.ts";
import { stack, type Tensor } from "../base/tensor.ts";
import { type ShiftJob, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { modelsOf, type Outputs, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { width } from "../models/whole-calls.ts";
import { apartAmong, type Move } from "./effect.ts";

/** An image of the fixed set: where every search starts, whatever the coefficient. */
export interface Subject {
  readonly latent: Tensor;
  readonly reconstruction: Tensor;
  /** Outputs of every model on the reconstruction. */
  readonly outputs: Outputs;
  readonly latentScale: number;
  /** What the noise of its directions is drawn from. */
  readonly key: string;
}

/** Counterfactuals of a base on some subjects, shown to some classifiers: one move per subject, in order (Eqs. 1–3). These subjects decide which are counted apart. */
export async function movesOf(
  base: Classifier,
  subjects: readonly Subject[],
  shown: readonly Classifier[],
  options: {
    readonly autoencoder: Autoencoder;
    readonly search: SearchOptions;
    readonly signal?: AbortSignal;
  },
): Promise<readonly Move[]> {
  const { autoencoder, search, signal } = options;
  const jobs = subjects.map((subject): ShiftJob => ({ ...subject, base }));
  const moves = new Map<ShiftJob, Omit<Move, "apart">>();
  const show = async (finished: readonly (readonly [ShiftJob, ShiftResult])[]): Promise<void> => {
    if (finished.length === 0) return;
    // What the base is made of has seen them: often that is all.
    const others = modelsOf(shown).filter((model) => finished.some(([, { seen }]) => !seen.has(model)));
    const rest = await outputsOf(others, stack(finished.map(([, { image }]) => image)));
    for (const [place, [job, { prediction, stopReason, seen }]] of finished.entries()) {
      const outputs: Outputs = (model) => seen.get(model) ?? rest(place)(model);
      moves.set(job, {
        baseChange: prediction.before - prediction.after,
        stopReason,
        relativeChanges: shown.map((classifier) =>
          relativeChange(prediction, {
            before: predictionOf(classifier, job.outputs),
            after: predictionOf(classifier, outputs),
          }),
        ),
      });
    }
  };
  // Shown as soon as they fill a call, so that only a few images are held at a time.
  const waiting: (readonly [ShiftJob, ShiftResult])[] = [];
  await shiftSearches(jobs, { autoencoder, search, exact: false, signal }, async (job, result) => {
    waiting.push([job, result]);
    if (waiting.length >= width) await show(waiting.splice(0));
  });
  await show(waiting);
  return apartAmong(
    jobs.map((job) => moves.get(job) as Omit<Move, "apart">),
    search.drop,
  );
}
