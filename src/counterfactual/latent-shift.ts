import { CfalignError } from "../base/errors.ts";
import { stack, type Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { started } from "./direction.ts";
import { ownLatentScale } from "./latent-scale.ts";
import { mirrored, unmirrored } from "./mirrored.ts";
import { noiseKey } from "./noise.ts";
import { assertDrop, searchOptions, suitedTo } from "./search-options.ts";
import { figuresOf, type ShiftJob, type ShiftResult, shiftSearches } from "./shift-searches.ts";
import type { Counterfactual, SearchOptions } from "./types.ts";

/** Options of latent shift; those of the search have the defaults of the command line. */
export interface LatentShiftOptions extends Partial<SearchOptions> {
  readonly autoencoder: Autoencoder;
  readonly base: Classifier;
  /** Unit of `maxShift`: the median distance between latents of the data; √2·‖z0‖, right for centred isotropic latents, when absent. */
  readonly latentScale?: number;
  /** Raise the prediction by `drop`, or to `floor` below the upper end of the range, in place of lowering it; false. */
  readonly raise?: boolean;
  /** Checked between evaluations; throws CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** The counterfactual of one image (Eqs. 1, 2). image: [1, 1 | 3, h, w] in [0, 1], of any size. */
export async function latentShift(image: Tensor, options: LatentShiftOptions): Promise<Counterfactual> {
  const [counterfactual] = await latentShifts([image], options);
  return counterfactual as Counterfactual;
}

/** The counterfactuals of many images, their searches in lockstep: decoder and classifier run once per round. */
export async function latentShifts(
  images: readonly Tensor[],
  options: LatentShiftOptions,
): Promise<readonly Counterfactual[]> {
  const { autoencoder, latentScale, signal, raise = false } = options;
  const base = raise ? mirrored(options.base) : options.base;
  const search = searchOptions(suitedTo(autoencoder, options));
  assertDrop(search, options.base);
  if (images.length === 0) return [];
  if (latentScale !== undefined && !(latentScale > 0)) {
    throw new CfalignError("usage", `latentScale: expected a number above 0, got ${latentScale}`);
  }
  const fitted = await Promise.all(images.map((image) => fitImage(image, autoencoder.image)));
  const latents = await autoencoder.encode(stack(fitted));
  const starts = await started(autoencoder, base, latents, search.direction === "gradient");
  const jobs = starts.map(
    (start, index): ShiftJob => ({
      base,
      ...start,
      key: noiseKey(fitted[index] as Tensor),
      latentScale: latentScale ?? ownLatentScale(start.latent),
    }),
  );
  const found = new Map<ShiftJob, Counterfactual>();
  await shiftSearches(jobs, { autoencoder, search, exact: false, signal }, (job, result) => {
    const figures = figuresOf(job, raise ? { ...result, ...raised(result) } : result);
    found.set(job, { ...figures, reconstruction: job.reconstruction, image: result.image });
  });
  return jobs.map((job) => found.get(job) as Counterfactual);
}

/** What a search says of a mirrored classifier, as it is for the classifier itself. */
export function raised({
  lambda,
  prediction: { before, after },
  trace,
}: ShiftResult): Pick<ShiftResult, "lambda" | "prediction" | "trace"> {
  const lambdaAt = (value: number | null): number | null => (value === null ? null : unmirrored(value));
  return {
    lambda: lambdaAt(lambda),
    prediction: { before: unmirrored(before), after: unmirrored(after) },
    trace: trace.map((point) => ({
      ...point,
      lambda: lambdaAt(point.lambda),
      prediction: unmirrored(point.prediction),
    })),
  };
}
