import { CfalignError } from "../base/errors.ts";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { logSigmoid, modelsOf, type Outputs, outputsOf, rangeOf, read } from "../models/prediction.ts";
import { hasFixedCotangent, logitCotangent, logSlope, slopeSign } from "../models/slope.ts";
import type { Autoencoder, Classifier, ClassifierModel, Term } from "../models/types.ts";
import { orError, there } from "./or-error.ts";

/** Share of a sum's direction above which one term is said to hold it. */
const dominant = 0.9;

/** The direction g = ∂f(D(z))/∂z at z0 (Eq. 1), as a unit vector and the logarithm of its length, which float64 may not hold. */
export interface Direction {
  /** g/‖g‖; undefined where g = 0. */
  readonly unit: Float64Array | undefined;
  /** log ‖g‖ */
  readonly logNorm: number;
  /** −d logit / d shift at z0, where a shift of s moves z to z0 − s·g/‖g‖. */
  readonly logitSlope: number;
  /** Name of the term of a sum that holds more than 90 % of Σ‖terms‖. */
  readonly dominantTerm: string | undefined;
}

/** A latent of an image and the classifiers' outputs on its reconstruction, which weigh the terms. */
export interface Start {
  /** [1, ...latentDims] */
  readonly latent: Tensor;
  readonly outputs: Outputs;
}

/** Directions of a base classifier at many latents: one gradient run per term for all of them. */
export async function directions(
  autoencoder: Autoencoder,
  base: Classifier,
  starts: readonly Start[],
): Promise<readonly Direction[]> {
  const found = await jointDirections(
    autoencoder,
    starts.map(({ latent, outputs }) => ({ base, latent, outputs })),
  );
  return found.map(there);
}

/** Whether the terms of two classifiers are of the same files, one by one: then their directions share gradient runs. */
export function sharesRuns(a: Classifier, b: Classifier): boolean {
  return a.terms.length === b.terms.length && a.terms.every(({ model }, index) => b.terms[index]?.model === model);
}

/** What shares runs, group by group, in the order of their first. */
export function sharing<T extends { readonly base: Classifier }>(items: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const item of items) {
    const group = groups.find(([first]) => sharesRuns((first as T).base, item.base));
    if (group === undefined) groups.push([item]);
    else group.push(item);
  }
  return groups;
}

/** Directions of base classifiers that share runs, each at a latent of its own: one gradient run per term for all of them. One that is not finite is an error in its place. */
export async function jointDirections(
  autoencoder: Autoencoder,
  starts: readonly (Start & { readonly base: Classifier })[],
): Promise<readonly (Direction | CfalignError)[]> {
  const latents = stack(starts.map(({ latent }) => latent));
  const gradients: Tensor[] = [];
  for (const [place, { model }] of starts[0]?.base.terms.entries() ?? []) {
    const cotangents = starts.map(({ base, outputs }) => cotangentOf(base.terms[place] as Term, outputs(model)));
    gradients.push((await autoencoder.gradients(model, latents, stack(cotangents))).gradients);
  }
  return starts.map(({ base, outputs }, index) =>
    orError(() =>
      combine(
        base,
        outputs,
        gradients.map((gradient) => row(gradient, index).data),
      ),
    ),
  );
}

/** Cotangent of a term's logit, [1, targets]. outputs: of its model on one image. */
export function cotangentOf(term: Term, outputs: ArrayLike<number>): Tensor {
  const data = Float32Array.from(logitCotangent(term, outputs));
  return { data, dims: [1, data.length] };
}

/** A start with its reconstruction. */
export interface Started extends Start {
  /** x0 = D(z0), [1, c, h, w] */
  readonly reconstruction: Tensor;
  /** Where it came with the outputs. */
  readonly direction?: Direction;
}

/**
 * Reconstructions and a base's outputs on them. For a plain target with a sigmoid the gradient needs nothing of these, so that
 * one run gives all with the direction, and saves a run of the decoder. latents: [n, ...latentDims].
 */
export async function started(
  autoencoder: Autoencoder,
  base: Classifier,
  latents: Tensor,
  withDirection = true,
): Promise<readonly Started[]> {
  const indices = Array.from({ length: latents.dims[0] as number }, (_, index) => index);
  const [term, ...others] = base.terms;
  if (!withDirection || term === undefined || others.length > 0 || !hasFixedCotangent(term)) {
    const images = await autoencoder.decode(latents);
    const outputs = await outputsOf(modelsOf([base]), images);
    return indices.map((index) => ({
      latent: row(latents, index),
      reconstruction: row(images, index),
      outputs: outputs(index),
    }));
  }
  const cotangent = cotangentOf(term, new Float32Array(term.model.targets.length));
  const run = await autoencoder.decodeWithGradients(term.model, latents, stack(indices.map(() => cotangent)));
  return indices.map((index) => {
    const own = row(run.outputs, index).data;
    const outputs: Outputs = () => own;
    return {
      latent: row(latents, index),
      reconstruction: row(run.images, index),
      outputs,
      direction: combine(base, outputs, [row(run.gradients, index).data]),
    };
  });
}

/**
 * Directions of base classifiers that share runs, each at a latent of its own of which nothing is known yet. Where no term weighs its outputs,
 * gradient runs alone give all that is needed; a softmax is decoded and shown first. One that is not finite is an error in its place.
 * latent: [1, ...latentDims].
 */
export async function directionsAt(
  autoencoder: Autoencoder,
  places: readonly { readonly base: Classifier; readonly latent: Tensor }[],
): Promise<readonly (Direction | CfalignError)[]> {
  const latents = stack(places.map(({ latent }) => latent));
  const terms = places[0]?.base.terms ?? [];
  if (!places.every(({ base }) => base.terms.every(hasFixedCotangent))) {
    const models = terms.map(({ model }) => model);
    const outputs = await outputsOf([...new Set(models)], await autoencoder.decode(latents));
    return jointDirections(
      autoencoder,
      places.map((place, index) => ({ ...place, outputs: outputs(index) })),
    );
  }
  const outputs = new Map<ClassifierModel, Tensor>();
  const gradients: Tensor[] = [];
  for (const [index, { model }] of terms.entries()) {
    const unknown = new Float32Array(model.targets.length);
    const cotangents = places.map(({ base }) => cotangentOf(base.terms[index] as Term, unknown));
    const run = await autoencoder.gradients(model, latents, stack(cotangents));
    outputs.set(model, run.outputs);
    gradients.push(run.gradients);
  }
  return places.map(({ base }, index) =>
    orError(() =>
      combine(
        base,
        (model) => row(outputs.get(model) as Tensor, index).data,
        gradients.map((gradient) => row(gradient, index).data),
      ),
    ),
  );
}

/** g = Σ cᵢ·σ′(ℓᵢ)·∂ℓᵢ/∂z, all terms divided by one common scale until the length is known. gradients: ∂ℓᵢ/∂z by term. */
export function combine(base: Classifier, outputs: Outputs, gradients: readonly Float32Array[]): Direction {
  const logs = base.terms.map((term) => logSlope(term, outputs(term.model)));
  const scale = Math.max(...logs);
  if (Number.isNaN(scale)) throw notFiniteDirection(base);
  const none: Direction = { unit: undefined, logNorm: -Infinity, logitSlope: 0, dominantTerm: undefined };
  if (!Number.isFinite(scale)) return none;

  const unit = new Float64Array(gradients[0]?.length ?? 0);
  const parts = base.terms.map((term, index) => {
    const weight = slopeSign(term) * Math.exp((logs[index] as number) - scale);
    const gradient = gradients[index] as Float32Array;
    let squares = 0;
    gradient.forEach((value, i) => {
      unit[i] = (unit[i] as number) + weight * value;
      squares += value * value;
    });
    return Math.abs(weight) * Math.sqrt(squares);
  });
  const norm = Math.sqrt(unit.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(norm)) throw notFiniteDirection(base);
  if (norm === 0) return none;
  unit.forEach((value, i) => {
    unit[i] = value / norm;
  });
  const logNorm = scale + Math.log(norm);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const leader = base.terms.length < 2 ? -1 : parts.findIndex((part) => part > dominant * total);
  return { unit, logNorm, logitSlope: logitSlope(base, outputs, logNorm), dominantTerm: base.terms[leader]?.name };
}

function notFiniteDirection({ name }: Classifier): CfalignError {
  return new CfalignError("runtime", `direction of "${name}": the gradient is not finite`, { where: name });
}

/** ‖g‖ / ((high − low)·v·(1 − v)) with v = (f − low)/(high − low), from v's logit. */
function logitSlope(base: Classifier, outputs: Outputs, logNorm: number): number {
  const { low, high } = rangeOf(base);
  const { logit } = read(base, outputs);
  return Math.exp(logNorm - Math.log(high - low) - logSigmoid(logit) - logSigmoid(-logit));
}

/** λ of a shift, in the paper's units (Eq. 2): −s/‖g‖; null beyond float64. */
export function lambdaOf(direction: Direction, shift: number): number | null {
  if (shift === 0) return 0;
  const lambda = -Math.exp(Math.log(shift) - direction.logNorm);
  return Number.isFinite(lambda) ? lambda : null;
}

/** Shift of a λ: |λ|·‖g‖. */
export function shiftOf(direction: Direction, lambda: number): number {
  return lambda === 0 ? 0 : Math.exp(Math.log(-lambda) + direction.logNorm);
}

/** z_λ = z0 + λ·g (Eq. 2), as z0 − s·g/‖g‖. */
export function shifted(latent: Tensor, direction: Direction, shift: number): Tensor {
  const { unit } = direction;
  if (unit === undefined || shift === 0) return latent;
  return { data: latent.data.map((value, i) => value - shift * (unit[i] as number)), dims: latent.dims };
}
