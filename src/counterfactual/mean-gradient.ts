import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import { logSigmoid, type Reading, rangeOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { padded, width } from "../models/whole-calls.ts";
import { type Direction, directionsAt, sharing } from "./direction.ts";
import { noisyLatents } from "./noise.ts";

/** A place at which the direction of a base is wanted. */
export interface PlaceRequest {
  readonly base: Classifier;
  /** [1, ...latentDims] */
  readonly latent: Tensor;
  /** What the noise is drawn from. */
  readonly key: string;
  /** Unit of the noise. */
  readonly latentScale: number;
}

/** Gradients of a base's logit, averaged over noise. */
export interface MeanGradient {
  /** As long as a latent. */
  readonly vector: Float64Array;
  /** The term of a sum that every draw's direction is almost all of. */
  readonly dominantTerm: string | undefined;
}

/** Adds a classifier's gradient at one place: that of its logit; without a head (`none`) that of the prediction, which has no logit at 0 and 1. */
export function addLogitGradient(
  sum: Float64Array,
  classifier: Classifier,
  { unit, logNorm, logitSlope }: Direction,
  times: number,
): void {
  if (unit === undefined) return;
  const length = times * (isHeadless(classifier) ? Math.exp(logNorm) : logitSlope);
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + length * (unit[i] as number);
}

function isHeadless({ terms }: Classifier): boolean {
  return terms.some(({ model }) => model.activation === "none");
}

/**
 * The mean of a base's logit gradients over noisy latents around every place, as the decomposition averages them. All draws of all places
 * whose bases share runs fill these together; with `exact` a place's gradient does not depend on the others. One that is not finite is an
 * error in its place.
 */
export async function meanGradients(
  places: readonly PlaceRequest[],
  options: {
    readonly autoencoder: Autoencoder;
    readonly draws: number;
    readonly noise: number;
    readonly exact: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly (MeanGradient | CfalignError)[]> {
  const { autoencoder, draws, exact, signal } = options;
  const sums = places.map(({ latent }) => new Float64Array(latent.data.length));
  const dominant = places.map(() => new Set<string | undefined>());
  const problems = new Map<number, CfalignError>();
  for (const group of sharing(places.map((request, place) => ({ ...request, place })))) {
    // Drawn as they are needed: latents of large models are large.
    const rows = noisyRows(group, options);
    for (let some = take(rows); some.length > 0; some = take(rows)) {
      throwIfInterrupted(signal);
      const found = await directionsAt(autoencoder, exact ? padded(some) : some);
      for (const [row, { place, base }] of some.entries()) {
        const direction = found[row] as Direction | CfalignError;
        if (direction instanceof CfalignError) {
          problems.set(place, direction);
          continue;
        }
        addLogitGradient(sums[place] as Float64Array, base, direction, 1 / draws);
        dominant[place]?.add(direction.dominantTerm);
      }
    }
  }
  return sums.map((vector, place) => {
    const terms = [...(dominant[place] as Set<string | undefined>)];
    return problems.get(place) ?? { vector, dominantTerm: terms.length === 1 ? terms[0] : undefined };
  });
}

/** A noisy latent around one of the places. */
interface NoisyRow {
  readonly place: number;
  readonly base: Classifier;
  readonly latent: Tensor;
}

function* noisyRows(
  places: readonly (PlaceRequest & { readonly place: number })[],
  { draws, noise }: { readonly draws: number; readonly noise: number },
): Generator<NoisyRow> {
  for (const { place, base, latent, key, latentScale } of places) {
    // Without a scale of the data every latent has its own.
    const scale = Number.isFinite(latentScale) ? { latentScale } : {};
    for (const noisy of noisyLatents(latent, key, { draws, noise, ...scale })) yield { place, base, latent: noisy };
  }
}

/** The next rows, as many as fill a call. */
function take(rows: Generator<NoisyRow>): readonly NoisyRow[] {
  const some: NoisyRow[] = [];
  while (some.length < width) {
    const next = rows.next();
    if (next.done) break;
    some.push(next.value);
  }
  return some;
}

/** The direction along a mean gradient; how steeply the classifier falls there follows from its length and what the classifier says at the place. */
export function directionAlong(
  base: Classifier,
  { vector, dominantTerm }: MeanGradient,
  { logit }: Reading,
): Direction {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(norm)) {
    throw new CfalignError("runtime", `direction of "${base.name}": the gradient is not finite`, { where: base.name });
  }
  if (norm === 0) return { unit: undefined, logNorm: -Infinity, logitSlope: 0, dominantTerm: undefined };
  const { low, high } = rangeOf(base);
  // d prediction / d logit
  const slope = Math.log(high - low) + logSigmoid(logit) + logSigmoid(-logit);
  return {
    unit: vector.map((value) => value / norm),
    ...(isHeadless(base)
      ? { logNorm: Math.log(norm), logitSlope: Math.exp(Math.log(norm) - slope) }
      : { logNorm: Math.log(norm) + slope, logitSlope: norm }),
    dominantTerm,
  };
}
