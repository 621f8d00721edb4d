import { type Direction, directions, type Start } from "../counterfactual/direction.ts";
import { addLogitGradient } from "../counterfactual/mean-gradient.ts";
import { type NoiseOptions, noiseOptions, noisyLatents } from "../counterfactual/noise.ts";
import { throwIfInterrupted } from "../errors.ts";
import { modelsOf, outputsOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import { filled, padded, width } from "../models/whole-calls.ts";
import { row, sizeOf, type Tensor } from "../tensor.ts";

/** Numbers that the gradients of one block of latents may hold together: 64 MB. */
const blockNumbers = 2 ** 23;

export interface LatentGradientOptions extends NoiseOptions {
  readonly autoencoder: Autoencoder;
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
 * to the bit the same whatever requests come together. One decoding and one run of every classifier file per draw, and one
 * gradient run per term and draw.
 */
export async function latentGradients(
  requests: readonly LatentGradientRequest[],
  options: LatentGradientOptions,
): Promise<readonly (readonly Float64Array[])[]> {
  const most = Math.max(1, ...requests.map(({ classifiers }) => classifiers.length));
  const together = Math.floor(blockNumbers / (most * sizeOf(options.autoencoder.latentDims)));
  const block = Math.max(1, Math.min(width, together));
  const found: (readonly Float64Array[])[] = [];
  const { draws } = noiseOptions(options);
  const total = draws * requests.reduce((sum, { classifiers }) => sum + classifiers.length, 0);
  let done = 0;
  const more = (gradients: number): void => {
    done += gradients;
    options.progress?.(done, total);
  };
  for (let start = 0; start < requests.length; start += block) {
    found.push(...(await blockGradients(requests.slice(start, start + block), options, more)));
  }
  return found;
}

async function blockGradients(
  requests: readonly LatentGradientRequest[],
  options: LatentGradientOptions,
  more: (gradients: number) => void,
): Promise<readonly (readonly Float64Array[])[]> {
  const { autoencoder, signal } = options;
  const { draws } = noiseOptions(options);
  const latents = requests.flatMap(({ latent, key }) => noisyLatents(latent, key, options));
  const byName = new Map(requests.flatMap(({ classifiers }) => classifiers).map((one) => [one.name, one]));
  const starts = await startsOf(latents, autoencoder, modelsOf([...byName.values()]), signal);
  const sums = requests.map(() => new Map<string, Float64Array>());
  for (const [name, classifier] of byName) {
    const wanting = requests.flatMap(({ classifiers }, index) =>
      classifiers.some((one) => one.name === name) ? [index] : [],
    );
    const rows = wanting.flatMap((index) => Array.from({ length: draws }, (_, draw) => index * draws + draw));
    for (let from = 0; from < rows.length; from += width) {
      throwIfInterrupted(signal);
      const some = rows.slice(from, from + width);
      const found = await directions(autoencoder, classifier, padded(some.map((at) => starts[at] as Start)));
      some.forEach((at, place) => {
        const own = sums[Math.floor(at / draws)] as Map<string, Float64Array>;
        const sum = own.get(name) ?? new Float64Array(sizeOf(autoencoder.latentDims));
        addLogitGradient(sum, classifier, found[place] as Direction, 1 / draws);
        own.set(name, sum);
      });
      more(some.length);
    }
  }
  return requests.map(({ classifiers }, index) =>
    classifiers.map(({ name }) => (sums[index] as Map<string, Float64Array>).get(name) as Float64Array),
  );
}

/** Outputs of models on the decoded latents, a call's worth of pictures at a time. */
async function startsOf(
  latents: readonly Tensor[],
  autoencoder: Autoencoder,
  models: readonly ClassifierModel[],
  signal: AbortSignal | undefined,
): Promise<Start[]> {
  const starts: Start[] = [];
  for (let from = 0; from < latents.length; from += width) {
    throwIfInterrupted(signal);
    const some = latents.slice(from, from + width);
    const outputs = await outputsOf(models, await autoencoder.decode(filled(some)));
    starts.push(...some.map((latent, place) => ({ latent, outputs: outputs(place) })));
  }
  return starts;
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
