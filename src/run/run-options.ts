import { type SaliencyMethod, saliencyMethods } from "../attribution/saliency.ts";
import { type NoiseOptions, noiseOptions } from "../counterfactual/noise.ts";
import { maxLambdaOverData, searchOptions } from "../counterfactual/search-options.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { CfalignError } from "../errors.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { type Shard, wholeRun } from "../results/chunks.ts";
import type { RunFile } from "../results/run-file.ts";
import { nullPanelSize } from "./null-targets.ts";

/** Options of a run over a folder; those of the search have the defaults of the command line. */
export interface AlignFolderOptions extends Partial<SearchOptions> {
  readonly workspace: Workspace;
  /** Classifiers whose counterfactuals are made: classifiers or expressions. */
  readonly bases: readonly (string | Classifier)[];
  /** Classifiers that are watched; every target of every classifier file by default. */
  readonly downstream?: readonly (string | Classifier)[];
  /** Unrelated classifiers that confirm; the workspace's own by default. */
  readonly judges?: readonly (string | Classifier)[];
  /** Folder of the run; an unfinished run of the same options there is resumed, a smaller limit is extended. */
  readonly out: string;
  /** Positive images per base, 400; null for all. */
  readonly limit?: number | null;
  /** Images a base is run on: those it calls positive (default), or all. */
  readonly select?: "positive" | "all";
  /** f_b(x0) from which an image is positive, 0.5. */
  readonly minPrediction?: number;
  /** Decides which images are positive, for every base; a base's first term by default. */
  readonly positive?: string | Classifier;
  /** Seed of the order of images, 1. */
  readonly seed?: number;
  /** Part of the images to take; all by default. */
  readonly shard?: Shard;
  /** Counterfactuals kept as pictures, per base, 12. */
  readonly keepImages?: number;
  /** Frames of a kept counterfactual, both ends included, 8. */
  readonly keepFrames?: number;
  /** Null draws per counterfactual: moves of the same length towards other images, the noise floor of a cell; 1, none with 0. */
  readonly nullDraws?: number;
  /** Show counterfactuals that reached the drop to their base again after perturbations (re-encoding, JPEG, blur, shift); false. */
  readonly robustness?: boolean;
  /**
   * Decompose the direction of every base into concepts: on its first `images` (20) counterfactuals, with gradients averaged over `draws` (8)
   * latents at a distance σ of `noise` (0.5) times the latents' spread. Not done when absent.
   */
  readonly decompose?: Pick<NoiseOptions, "draws" | "noise"> & { readonly images?: number };
  /** Compare the saliency maps of all classifiers on the first `images` (64) images of the order; not done when absent. */
  readonly saliency?: { readonly method: SaliencyMethod; readonly images?: number };
  /** Classifiers that concepts are taken from; the downstream classifiers by default. */
  readonly concepts?: readonly (string | Classifier)[];
  /**
   * Look at every base after 25, 50, 100, 200 and 400 images and stop it where its cells are found or clear, each look with a fifth of the
   * error (docs/statistics.md); false. Of a whole run, with a limit of at most 400.
   */
  readonly untilResolved?: boolean;
  /** Ends the run where it can be resumed: CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
  /** Clock for `startedAt` and `finishedAt`. */
  readonly now?: () => Date;
}

/** Options as they stand in `run.json`. Errors: CfalignError("usage") that names the option. */
export function runOptions(options: AlignFolderOptions): RunFile["options"] {
  const { limit = 400, select = "positive", minPrediction = 0.5, seed = 1, keepImages = 12, keepFrames = 8 } = options;
  const { nullDraws = 1, robustness = false, untilResolved = false } = options;
  const decompose = options.decompose && decomposeOptions(options.decompose);
  if (limit !== null) wholeNumber("limit", limit, 1);
  wholeNumber("seed", seed, 0);
  wholeNumber("keepImages", keepImages, 0);
  // More would not fit into one WebP at the size of a kept frame.
  wholeNumber("keepFrames", keepFrames, 2, 60);
  wholeNumber("nullDraws", nullDraws, 0, nullPanelSize - 1);
  if (untilResolved && (limit === null || limit > mostLooked)) {
    throw new CfalignError(
      "usage",
      `untilResolved: the last look is at ${mostLooked} images: expected a limit of at most that, got ${limit ?? "none"}`,
      { where: "untilResolved" },
    );
  }
  if (!(minPrediction >= 0 && minPrediction <= 1)) {
    throw new CfalignError("usage", `minPrediction: expected a number from 0 to 1, got ${minPrediction}`, {
      where: "minPrediction",
    });
  }
  return {
    ...searchOptions({ ...options, maxLambda: options.maxLambda ?? maxLambdaOverData }),
    limit,
    select,
    minPrediction,
    seed,
    keepImages,
    keepFrames,
    nullDraws,
    robustness,
    untilResolved,
    ...(decompose === undefined ? {} : { decompose }),
    ...(options.saliency === undefined ? {} : { saliency: saliencyOptions(options.saliency) }),
  };
}

function saliencyOptions({
  method,
  images = 64,
}: NonNullable<AlignFolderOptions["saliency"]>): RunFile["options"]["saliency"] {
  if (!saliencyMethods.includes(method)) {
    throw new CfalignError("usage", `saliency: expected ${saliencyMethods.join(", ")}, got "${method}"`, {
      where: "saliency",
    });
  }
  wholeNumber("saliency.images", images, 1);
  return { method, images };
}

function decomposeOptions({
  images = 20,
  ...rest
}: NonNullable<AlignFolderOptions["decompose"]>): RunFile["options"]["decompose"] {
  wholeNumber("decompose.images", images, 1);
  const { draws, noise } = noiseOptions(rest);
  return { images, draws, noise };
}

/** The shard of a run. Errors: CfalignError("usage"). */
export function shardOption({
  shard = wholeRun,
  untilResolved = false,
}: Pick<AlignFolderOptions, "shard" | "untilResolved">): Shard {
  wholeNumber("shard", shard.count, 1);
  wholeNumber("shard", shard.index, 1, shard.count);
  if (untilResolved && shard.count > 1) {
    throw new CfalignError(
      "usage",
      `untilResolved: expected a whole run, got shard ${shard.index}/${shard.count}: a shard cannot look at the others' images`,
      { where: "shard" },
    );
  }
  return shard;
}

/** Images of the last look. */
const mostLooked = 400;

function wholeNumber(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new CfalignError("usage", `${name}: expected a whole number, ${range}, got ${value}`, { where: name });
}
