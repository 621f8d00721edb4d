import type { Tensor } from "../base/tensor.ts";
import { hasPrediction, modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { filled } from "../models/whole-calls.ts";
import { type Perturb, perturbations } from "./perturbations.ts";
import type { CounterfactualRow, Perturbation } from "./rows.ts";

/** A counterfactual whose change is to be seen again after a perturbation. */
export interface PerturbedPair {
  readonly base: Classifier;
  /** x0, [1, c, h, w] */
  readonly reconstruction: Tensor;
  /** xλ, same shape. */
  readonly image: Tensor;
}

/**
 * f_b(T(x0)) − f_b(T(xλ)) of every pair and perturbation T. T acts on both, so that what it does to any image does not
 * count: a change that people would see survives, a pattern made for the classifier does not. One after which the base gives no finite
 * number is left out.
 */
export async function perturbedChanges(
  pairs: readonly PerturbedPair[],
  autoencoder: Autoencoder,
): Promise<readonly CounterfactualRow["perturbed"][]> {
  const changes: Partial<Record<Perturbation, number>>[] = pairs.map(() => ({}));
  if (pairs.length === 0) return changes;
  const models = modelsOf(pairs.map(({ base }) => base));
  for (const [name, perturb] of Object.entries(perturbations) as [Perturbation, Perturb][]) {
    const seen = async (images: readonly Tensor[]) => outputsOf(models, await perturb(filled(images), autoencoder));
    const before = await seen(pairs.map(({ reconstruction }) => reconstruction));
    const after = await seen(pairs.map(({ image }) => image));
    for (const [place, { base }] of pairs.entries()) {
      if (!hasPrediction(base, before(place)) || !hasPrediction(base, after(place))) continue;
      const change = read(base, before(place)).prediction - read(base, after(place)).prediction;
      (changes[place] as (typeof changes)[number])[name] = change;
    }
  }
  return changes;
}
