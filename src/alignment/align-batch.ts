import type { SearchOptions } from "../counterfactual/types.ts";
import { CfalignError } from "../errors.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Tensor } from "../tensor.ts";
import type { ChangeRow, CounterfactualRow, PredictionRow } from "./rows.ts";

/** A base classifier of a run. */
export interface BatchBase {
  readonly classifier: Classifier;
  /** Decides which images are positive; the first term of `classifier` by default. */
  readonly positive?: Classifier;
}

/** A batch of images (64 or fewer is a good size) × bases × downstream classifiers and judges. */
export interface AlignBatchRequest {
  /** [1, 1 | 3, h, w] in [0, 1], RGB; brought to the autoencoder's size and channels where they differ. */
  readonly images: readonly { readonly image: string; readonly pixels: Tensor }[];
  readonly autoencoder: Autoencoder;
  readonly bases: readonly BatchBase[];
  readonly downstream: readonly Classifier[];
  readonly judges: readonly Classifier[];
  readonly search: SearchOptions;
  /** Median ‖E(x_i) − E(x_j)‖ of the data: the unit of `search.maxShift`. */
  readonly latentScale: number;
  /** Which images a base is run on. */
  selectFor(base: string): "positive" | "all";
  /** f(x_0) from which an image is positive, 0.5; a class of a softmax is positive where it is the arg max (and, above 0.5, this likely). */
  readonly minPrediction: number;
  /** Bases whose counterfactuals are not wanted; their predictions still are. */
  readonly skipBases?: ReadonlySet<string>;
  /** At most so many counterfactuals of a base in this batch, the first selected images in order; without an entry no limit. */
  readonly limits?: ReadonlyMap<string, number>;
  /** Whether the frames of a counterfactual are kept. */
  keep?(base: string, image: string): boolean;
  /** Frames from reconstruction to counterfactual, both included, 8. */
  readonly keepFrames?: number;
  /** Checked between evaluations; throws CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** Frames from the reconstruction to the counterfactual, with every prediction along the way. */
export interface KeptFrames {
  readonly image: string;
  readonly base: string;
  /** [1, c, h, w]: the input at the autoencoder's size. */
  readonly input: Tensor;
  /** λ of each frame as a share of the counterfactual's λ: from 0 (reconstruction) to 1 (counterfactual). */
  readonly shares: readonly number[];
  /** [shares, c, h, w] */
  readonly frames: Tensor;
  /** Predictions at `shares` by classifier: base, downstream, judges. */
  readonly predictions: Readonly<Record<string, readonly number[]>>;
}

/** Rows of one batch; predictions are of bases, downstream classifiers and judges, each once. */
export interface AlignBatchResult {
  readonly predictions: readonly PredictionRow[];
  readonly counterfactuals: readonly CounterfactualRow[];
  readonly changes: readonly ChangeRow[];
  readonly kept: readonly KeptFrames[];
}

/**
 * Counterfactuals of every image for every base, shown to every downstream classifier and judge.
 * Rows come in the order of images, then bases, then classifiers, whatever order the searches ended in.
 */
export async function alignBatch(request: AlignBatchRequest): Promise<AlignBatchResult> {
  throw new CfalignError("internal", `alignBatch of ${request.images.length} images is not written yet`);
}
