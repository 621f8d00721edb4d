import { CfalignError } from "../errors.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Tensor } from "../tensor.ts";
import type { Counterfactual, SearchOptions } from "./types.ts";

/** Options of latent shift; those of the search have the defaults of the command line. */
export interface LatentShiftOptions extends Partial<SearchOptions> {
  readonly autoencoder: Autoencoder;
  readonly base: Classifier;
  /** Unit of `maxShift`: the median distance between latents of the data; √2·‖z0‖, right for centred isotropic latents, when absent. */
  readonly latentScale?: number;
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
  throw new CfalignError("internal", `latentShifts of ${images.length} for ${options.base.name} is not written yet`);
}
