import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { combine, cotangentOf } from "../counterfactual/direction.ts";
import { addLogitGradient } from "../counterfactual/mean-gradient.ts";
import { type NoiseOptions, noiseOptions, noisyLatents } from "../counterfactual/noise.ts";
import { orError } from "../counterfactual/or-error.ts";
import { modelsOf, type Outputs } from "../models/prediction.ts";
import { hasFixedCotangent } from "../models/slope.ts";
import type { Autoencoder, Classifier, ClassifierModel, Term } from "../models/types.ts";

export interface LatentGradientOptions extends NoiseOptions {
  readonly autoencoder: Autoencoder;
  /** Whether a gradient that is not finite is NaN instead of an error, false. */
  readonly gaps?: boolean;
  /** Checked between gradients; throws CfalignError("interrupted"). */
  readonly signal?: AbortSignal | undefined;
  /** Told as gradients are finished: how many of all. */
  progress?(done: number, total: number): void;
}

/** A latent and the classifiers whose gradients are wanted there. */
export interface LatentGradientRequest {
  /** z0, [1, ...latentDims] */
  readonly latent: Tensor;
  /** What its noise is drawn from beside the seed: the same key has the same noise, whatever comes with it. */
  readonly key: string;
  /** Distinct. */
  readonly classifiers: readonly Classifier[];
}

/**
 * Gradients of classifiers' logits by the latent, ∂ℓ(D(z))/∂z averaged over z0 + σ·noise; of a sum of terms that of
 * logit((f − low)/(high − low)), and without a head (`none`) that of the prediction itself, which has no logit at 0 and 1.
 * The noise at a latent is shared by its classifiers. Returns, per request and classifier, one vector as long as a latent;
 * to the bit the same whatever requests come together, as the draws of a latent share their runs with no other's. Per draw the
 * decoder and every classifier file run backward once per target, whatever classifiers have a term of it, and forward a few times.
 */
export async function latentGradients(
  requests: readonly LatentGradientRequest[],
  options: LatentGradientOptions,
): Promise<readonly (readonly Float64Array[])[]> {
  const { autoencoder, progress, gaps = false } = options;
  const { draws } = noiseOptions(options);
  const total = draws * requests.reduce((sum, { classifiers }) => sum + classifiers.length, 0);
  const found: Float64Array[][] = [];
  let done = 0;
  for (const { latent, key, classifiers } of requests) {
    const sums = classifiers.map(() => new Float64Array(latent.data.length));
    const latents = noisyLatents(latent, key, options);
    for (let from = 0; from < draws; from += autoencoder.batch) {
      const some = latents.slice(from, from + autoencoder.batch);
      const gradients = await gradientsAt(stack(some), classifiers, options);
      for (const [index, classifier] of classifiers.entries()) {
        const sum = sums[index] as Float64Array;
        for (const place of some.keys()) {
          const { outputs, gradient } = gradients(place);
          const direction = orError(() => combine(classifier, outputs, classifier.terms.map(gradient)));
          if (!(direction instanceof CfalignError)) addLogitGradient(sum, classifier, direction, 1 / draws);
          else if (gaps) sum.fill(Number.NaN);
          else throw direction;
        }
      }
      done += some.length * classifiers.length;
      progress?.(done, total);
    }
    found.push(sums);
  }
  return found;
}

/** What is known of one row: outputs of classifier files, and gradients of their targets' logits by the latent. */
interface RowGradients {
  readonly outputs: Outputs;
  readonly gradient: (term: Term) => Float32Array;
}

/** Gradients of every term of some classifiers at latents that fill a call, [n, ...latentDims]. */
async function gradientsAt(
  latents: Tensor,
  classifiers: readonly Classifier[],
  { autoencoder, signal }: Pick<LatentGradientOptions, "autoencoder" | "signal">,
): Promise<(place: number) => RowGradients> {
  const decoded = await autoencoder.linearized(latents);
  const outputs = new Map<ClassifierModel, Tensor>();
  const byImage = new Map<ClassifierModel, ReadonlyMap<number, Tensor>>();
  const byDifferences = new Map<ClassifierModel, ReadonlyMap<number, Tensor>>();
  for (const model of modelsOf(classifiers)) {
    throwIfInterrupted(signal);
    const terms = classifiers.flatMap((classifier) => classifier.terms).filter((term) => term.model === model);
    const byTarget = new Map(terms.map((term) => [term.target, term]));
    if (model.byDifferences) {
      const seen = await differencesOf(model, { autoencoder, latents, images: decoded.output }, [...byTarget.values()]);
      outputs.set(model, seen.output);
      byDifferences.set(model, seen.gradients);
      continue;
    }
    const seen = await seenBy(model, decoded.output, [...byTarget.values()], signal);
    outputs.set(model, seen.output);
    byImage.set(model, new Map([...byTarget.keys()].map((target, i) => [target, seen.gradients[i] as Tensor])));
  }
  const pulled = await decoded.pull(
    [...byImage.values()].flatMap((gradients) => [...gradients.values()]),
    signal,
  );
  let next = 0;
  const byLatent = new Map([
    ...byDifferences,
    ...[...byImage].map(
      ([model, gradients]) =>
        [model, new Map([...gradients.keys()].map((target) => [target, pulled[next++] as Tensor]))] as const,
    ),
  ]);
  return (place) => ({
    outputs: (model) => row(outputs.get(model) as Tensor, place).data,
    gradient: ({ model, target }) => row(byLatent.get(model)?.get(target) as Tensor, place).data,
  });
}

/** Outputs of a classifier file at some images, and gradients of targets' logits by these. */
async function seenBy(
  model: ClassifierModel,
  images: Tensor,
  targets: readonly Term[],
  signal: AbortSignal | undefined,
): Promise<{ readonly output: Tensor; readonly gradients: readonly Tensor[] }> {
  const rows = Array.from({ length: images.dims[0] ?? 0 }, (_, place) => place);
  const [term, ...others] = targets;
  // For one target there is nothing to share: forward and backward are one run, where the outputs do not weigh it.
  if (term !== undefined && others.length === 0 && hasFixedCotangent(term)) {
    const unknown = new Float32Array(model.targets.length);
    const { outputs, gradients } = await model.gradients(images, stack(rows.map(() => cotangentOf(term, unknown))));
    return { output: outputs, gradients: [gradients] };
  }
  const { output, pull } = await model.linearized(images);
  const cotangents = targets.map((own) => stack(rows.map((place) => cotangentOf(own, row(output, place).data))));
  return { output, gradients: await pull(cotangents, signal) };
}

/** The same for one that nobody differentiates, by the latents themselves. images: of these. */
async function differencesOf(
  model: ClassifierModel,
  {
    autoencoder,
    latents,
    images,
  }: { readonly autoencoder: Autoencoder; readonly latents: Tensor; readonly images: Tensor },
  targets: readonly Term[],
): Promise<{ readonly output: Tensor; readonly gradients: ReadonlyMap<number, Tensor> }> {
  const output = await model.logits(images);
  const rows = Array.from({ length: images.dims[0] ?? 0 }, (_, place) => place);
  const gradients = new Map<number, Tensor>();
  for (const term of targets) {
    const cotangents = stack(rows.map((place) => cotangentOf(term, row(output, place).data)));
    gradients.set(term.target, (await autoencoder.gradients(model, latents, cotangents)).gradients);
  }
  return { output, gradients };
}

/** Inner products of vectors, row-major. */
export function gramMatrix(vectors: readonly Float64Array[]): Float64Array {
  const size = vectors.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [vectors[i] as Float64Array, vectors[j] as Float64Array];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
      gram[i * size + j] = sum;
      gram[j * size + i] = sum;
    }
  }
  return gram;
}

/** What `latentProducts` multiplies, and how its gradients are averaged. */
export interface LatentProductOptions extends LatentGradientOptions {
  readonly classifiers: readonly Classifier[];
  /** What each latent's noise is drawn from; its place by default. */
  readonly keys?: readonly string[];
}

/**
 * Per latent the inner products of the classifiers' averaged gradients (`latentGradients`), row-major in the order of the classifiers:
 * what `decompose` needs. latents: [n, ...latentDims] → n matrices of classifiers × classifiers.
 */
export async function latentProducts(latents: Tensor, options: LatentProductOptions): Promise<readonly Float64Array[]> {
  const { classifiers, keys } = options;
  const requests = Array.from({ length: latents.dims[0] ?? 0 }, (_, index) => ({
    latent: row(latents, index),
    key: keys?.[index] ?? `${index}`,
    classifiers,
  }));
  return (await latentGradients(requests, options)).map(gramMatrix);
}
