import { platform } from "#platform";
import { latentGradients } from "../alignment/latent-gradients.ts";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { ownLatentScale } from "../counterfactual/latent-scale.ts";
import { latentShift } from "../counterfactual/latent-shift.ts";
import type { NoiseOptions } from "../counterfactual/noise.ts";
import { fitImage } from "../models/fit-image.ts";
import { modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { drawStrip, type StripRow } from "../pictures/strip.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";
import { partTitle } from "../words/share.ts";

/** A concept with its weight in a base's direction: share · norm of a decomposition. */
export interface WeightedConcept {
  readonly classifier: Classifier;
  readonly weight: number;
}

export interface DirectionPartsOptions extends NoiseOptions {
  readonly autoencoder: Autoencoder;
  readonly base: Classifier;
  /** All concepts of the decomposition: what they leave of the direction is the residual. */
  readonly concepts: readonly WeightedConcept[];
  /** What the noise of the gradients is drawn from. */
  readonly key: string;
  /** Pictures from the reconstruction to the end, both included (5). */
  readonly frames?: number;
  /** Concepts with a row of their own, largest weight first (3). */
  readonly shown?: number;
}

/** Where one part of a direction leads. */
export interface DirectionPart {
  /** "direction" for all of it, a concept's classifier, or "residual". */
  readonly part: string;
  /** ‖part‖/‖direction‖ at this image; parts are not orthogonal and do not add up to 1. */
  readonly length: number;
  /** [frames, c, h, w], from the reconstruction on. */
  readonly frames: Tensor;
  /** Base predictions along the frames. */
  readonly predictions: readonly number[];
}

/**
 * Counterfactuals of one image along the parts of its base's direction g = Σ w_k·G_k + residual: along all of it, along single concepts' parts w_k·G_k,
 * and along what no concept explains. Every row moves as far as the image's counterfactual does (its shift), each along its own part's unit vector, against the base.
 * Rows whose part is zero are left out. image: [1, 1 | 3, h, w] in [0, 1], of any size.
 */
export async function directionParts(image: Tensor, options: DirectionPartsOptions): Promise<readonly DirectionPart[]> {
  const { autoencoder, base, concepts, key } = options;
  const latent = await autoencoder.encode(await fitImage(image, autoencoder.image));
  const latentScale = options.latentScale ?? ownLatentScale(latent);
  const { shift } = await latentShift(image, { autoencoder, base, latentScale });
  const classifiers = [base, ...concepts.map(({ classifier }) => classifier)];
  const [vectors = []] = await latentGradients([{ latent, key, classifiers }], { ...options, latentScale });
  return alongParts({ latent, shift, vectors }, options);
}

/** Where the parts of a direction begin, how far they lead, and the gradients of the base and then of the concepts. */
export interface GradientsAtLatent {
  /** [1, ...latentDims] */
  readonly latent: Tensor;
  readonly shift: number;
  readonly vectors: readonly Float64Array[];
}

/** As `directionParts`, from gradients that are known. */
export async function alongParts(
  { latent, shift, vectors }: GradientsAtLatent,
  {
    autoencoder,
    base,
    concepts,
    frames = 5,
    shown = 3,
  }: Pick<DirectionPartsOptions, "autoencoder" | "base" | "concepts" | "frames" | "shown">,
): Promise<readonly DirectionPart[]> {
  const [whole = new Float64Array(latent.data.length), ...gradients] = vectors;
  const parts = concepts.map(({ classifier, weight }, k) => ({
    part: classifier.name,
    weight,
    vector: (gradients[k] as Float64Array).map((value) => weight * value),
  }));
  const residual = whole.map((value, i) => parts.reduce((rest, { vector }) => rest - (vector[i] as number), value));
  const largest = [...parts].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, shown);
  const rows = [{ part: "direction", vector: whole }, ...largest, { part: "residual", vector: residual }].filter(
    ({ vector }) => lengthOf(vector) > 0,
  );
  const latents = rows.flatMap(({ vector }) => {
    const step = shift / (lengthOf(vector) * (frames - 1));
    return Array.from({ length: frames }, (_, frame) => ({
      data: latent.data.map((value, i) => value - frame * step * (vector[i] as number)),
      dims: latent.dims,
    }));
  });
  const decoded = await autoencoder.decode(stack(latents));
  const outputs = await outputsOf(modelsOf([base]), decoded);
  return rows.map(({ part, vector }, index) => {
    const own = Array.from({ length: frames }, (_, frame) => index * frames + frame);
    return {
      part,
      length: lengthOf(vector) / lengthOf(whole),
      frames: stack(own.map((at) => row(decoded, at))),
      predictions: own.map((at) => read(base, outputs(at)).prediction),
    };
  });
}

/** A strip of the parts, one row each, with the base's prediction above every picture. */
export async function drawDirectionParts(
  image: Tensor,
  parts: readonly DirectionPart[],
  { autoencoder, base }: Pick<DirectionPartsOptions, "autoencoder" | "base">,
): Promise<Pixels> {
  const input = { pixels: toPixels(await fitImage(image, autoencoder.image)) };
  const rows = parts.map(
    ({ part, length, frames, predictions }): StripRow => ({
      base: base.name,
      title: `${partTitle(part)}, ${(100 * length).toFixed(0)} % of its length`,
      input,
      frames: predictions.map((prediction, frame) => ({ pixels: toPixels(row(frames, frame)), prediction })),
    }),
  );
  return drawStrip(rows);
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** Writes the strip of an image's parts as PNG. */
export async function writeDirectionParts(image: Tensor, options: DirectionPartsOptions, path: string): Promise<void> {
  const strip = await drawDirectionParts(image, await directionParts(image, options), options);
  await platform.files.makeDirectory(platform.files.dirname(path));
  await platform.files.write(path, await platform.encodeImage(strip, "png"));
}
