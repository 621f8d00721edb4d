import { sizeOf } from "../base/tensor.ts";
import { looksOf } from "../models/latent-differences.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";

/** What the directions of a classifier that nobody differentiates take. */
export interface DifferencesCost {
  readonly model: string;
  /** Looks at decoded pictures for one direction. */
  readonly looks: number;
  /** Time of one direction. */
  readonly seconds: number;
}

/**
 * What gradients by differences will take, for every file among some classifiers whose manifest asks for them; each is timed once. now: a clock in milliseconds.
 * Errors: CfalignError("input") for a latent that is no list of few numbers.
 */
export async function differencesCost(
  autoencoder: Autoencoder,
  classifiers: readonly Classifier[],
  now: () => number,
): Promise<readonly DifferencesCost[]> {
  const costs: DifferencesCost[] = [];
  for (const model of modelsOf(classifiers)) {
    if (!model.byDifferences) continue;
    const looks = looksOf(autoencoder);
    costs.push({ model: model.name, looks, seconds: await secondsByDifferences(autoencoder, model, now) });
  }
  return costs;
}

/** Seconds of one gradient by differences, the first of which opens what is needed. */
export async function secondsByDifferences(
  autoencoder: Autoencoder,
  model: ClassifierModel,
  now: () => number,
): Promise<number> {
  const latent = { data: new Float32Array(sizeOf(autoencoder.latentDims)), dims: [1, ...autoencoder.latentDims] };
  const cotangent = { data: new Float32Array(model.targets.length).fill(1), dims: [1, model.targets.length] };
  await autoencoder.gradients(model, latent, cotangent);
  const started = now();
  await autoencoder.gradients(model, latent, cotangent);
  return (now() - started) / 1000;
}
