import { combine, cotangentOf, type Direction } from "../counterfactual/direction.ts";
import { ownLatentScale } from "../counterfactual/latent-shift.ts";
import { throwIfInterrupted } from "../errors.ts";
import { modelsOf, type Outputs } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import { noiseOptionTable } from "../options/noise.ts";
import { checkedOptions, type GivenOptions, type OptionValues } from "../options/option.ts";
import { createRandom } from "../random.ts";
import { row, stack, type Tensor } from "../tensor.ts";

/** How gradients are averaged around a latent. */
export interface NoiseOptions extends GivenOptions<typeof noiseOptionTable> {
  /** Seed of the noise, 1. */
  readonly seed?: number;
  /**
   * Median ‖E(x_i) − E(x_j)‖ of the data, from which the spread along an axis follows: latentScale/√(2·dimensions), right for isotropic
   * latents. √2·‖z0‖ of each latent when absent.
   */
  readonly latentScale?: number;
}

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

/** Fills in what is not given. Errors: CfalignError("usage"). */
function noiseOptions({
  seed = 1,
  ...given
}: NoiseOptions): OptionValues<typeof noiseOptionTable> & { readonly seed: number } {
  return { ...checkedOptions(noiseOptionTable, given), seed };
}

/**
 * z0 + σ·noise, as many as there are draws. Draws come in pairs ±noise, which takes the first-order effect of the noise out of an average.
 */
export function noisyLatents(latent: Tensor, key: string, options: NoiseOptions): readonly Tensor[] {
  const { draws, noise, seed } = noiseOptions(options);
  const scale = options.latentScale ?? ownLatentScale(latent);
  const sigma = (noise * scale) / Math.sqrt(2 * latent.data.length);
  const random = createRandom(`${seed}/latent noise/${key}`);
  let last = new Float64Array(latent.data.length);
  return Array.from({ length: draws }, (_, draw) => {
    last = draw % 2 === 0 ? last.map(() => sigma * random.normal()) : last.map((value) => -value);
    return { data: latent.data.map((value, i) => value + (last[i] as number)), dims: latent.dims };
  });
}

/**
 * Gradients of classifiers' logits by the latent, ∂ℓ(D(z))/∂z averaged over z0 + σ·noise; of a sum of terms that of
 * logit((f − low)/(high − low)), and without a head (`none`) that of the prediction itself, which has no logit at 0 and 1.
 * The noise at a latent is shared by its classifiers. Returns, per request and classifier, one vector as long as a latent;
 * to the bit the same whatever requests come together. Per draw the decoder runs forward once, every classifier file once, and
 * both backward once per target: targets of one file, and terms that several classifiers have, share all that they can.
 */
export async function latentGradients(
  requests: readonly LatentGradientRequest[],
  options: LatentGradientOptions,
): Promise<readonly (readonly Float64Array[])[]> {
  const { draws } = noiseOptions(options);
  const total = draws * requests.reduce((sum, { classifiers }) => sum + classifiers.length, 0);
  let done = 0;
  const more = (gradients: number): void => {
    done += gradients;
    options.progress?.(done, total);
  };
  // Neighbours that want the same gradients leave no row of a call unused.
  const alike = new Map<string, { readonly request: LatentGradientRequest; readonly index: number }[]>();
  for (const [index, request] of requests.entries()) {
    const key = JSON.stringify(request.classifiers.map(({ name }) => name));
    alike.set(key, [...(alike.get(key) ?? []), { request, index }]);
  }
  const sums = requests.map(({ classifiers }) => new Map(classifiers.map(({ name }) => [name, undefined as Sum])));
  const rows = drawsOf([...alike.values()].flat(), options);
  for (
    let some = take(rows, options.autoencoder.batch);
    some.length > 0;
    some = take(rows, options.autoencoder.batch)
  ) {
    await addDraws(some, { ...options, sums, share: 1 / draws });
    more(some.reduce((sum, { request }) => sum + request.classifiers.length, 0));
  }
  return requests.map(({ classifiers, latent }, index) =>
    classifiers.map(({ name }) => sums[index]?.get(name) ?? new Float64Array(latent.data.length)),
  );
}

/** A sum of gradients; undefined before the first. */
type Sum = Float64Array | undefined;

/** A noisy latent of a request. */
interface Draw {
  readonly request: LatentGradientRequest;
  /** Place of the request. */
  readonly index: number;
  readonly latent: Tensor;
}

/** The draws of some requests as they are needed: latents of large models are large. */
function* drawsOf(
  requests: readonly { readonly request: LatentGradientRequest; readonly index: number }[],
  options: NoiseOptions,
): Generator<Draw> {
  for (const { request, index } of requests) {
    for (const latent of noisyLatents(request.latent, request.key, options)) yield { request, index, latent };
  }
}

function take(draws: Generator<Draw>, count: number): readonly Draw[] {
  const some: Draw[] = [];
  while (some.length < count) {
    const next = draws.next();
    if (next.done) break;
    some.push(next.value);
  }
  return some;
}

/** Adds the gradients at the draws of one call to the sums of their requests. */
async function addDraws(
  draws: readonly Draw[],
  {
    autoencoder,
    signal,
    sums,
    share,
  }: LatentGradientOptions & { readonly sums: readonly Map<string, Sum>[]; readonly share: number },
): Promise<void> {
  // Copies of the last draw fill the call.
  const places = Array.from({ length: autoencoder.batch }, (_, place) => Math.min(place, draws.length - 1));
  const decoded = await autoencoder.linearized(stack(places.map((place) => (draws[place] as Draw).latent)));
  const wanted = new Map(draws.flatMap(({ request }) => request.classifiers.map((one) => [one.name, one] as const)));
  const open = [...wanted.values()];
  const outputs = new Map<ClassifierModel, Tensor>();
  const gradients = new Map<ClassifierModel, Map<number, Tensor>>();
  for (const model of modelsOf(open)) {
    const seen = await model.linearized(decoded.output);
    const byTarget = new Map<number, Tensor>();
    outputs.set(model, seen.output);
    gradients.set(model, byTarget);
    for (const term of open.flatMap(({ terms }) => terms)) {
      if (term.model !== model || byTarget.has(term.target)) continue;
      throwIfInterrupted(signal);
      const cotangents = stack(places.map((place) => cotangentOf(term, row(seen.output, place).data)));
      byTarget.set(term.target, await decoded.pull(await seen.pull(cotangents)));
    }
  }
  for (const [place, { request, index }] of draws.entries()) {
    const at: Outputs = (model) => row(outputs.get(model) as Tensor, place).data;
    for (const classifier of request.classifiers) {
      const own = classifier.terms.map(
        ({ model, target }) => row(gradients.get(model)?.get(target) as Tensor, place).data,
      );
      const sum = sums[index]?.get(classifier.name) ?? new Float64Array(request.latent.data.length);
      sums[index]?.set(classifier.name, sum);
      addGradient(sum, { classifier, direction: combine(classifier, at, own), times: share });
    }
  }
}

function addGradient(
  sum: Float64Array,
  {
    classifier,
    direction,
    times,
  }: { readonly classifier: Classifier; readonly direction: Direction; readonly times: number },
): void {
  const { unit, logNorm, logitSlope } = direction;
  if (unit === undefined) return;
  const headless = classifier.terms.some(({ model }) => model.activation === "none");
  const length = times * (headless ? Math.exp(logNorm) : logitSlope);
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + length * (unit[i] as number);
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
