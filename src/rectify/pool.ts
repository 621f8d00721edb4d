import { CfalignError } from "../base/errors.ts";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { latentSample, latentScaleOf } from "../counterfactual/latent-scale.ts";
import { noiseKey } from "../counterfactual/noise.ts";
import { type LoadedImage, loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { type Outputs, outputsOf } from "../models/prediction.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { type Split, splitOf } from "./split.ts";

/** Images that are read, encoded and shown at a time. */
const chunk = 64;

/** An image as often as it is needed afterwards: not its pixels. */
export interface PoolImage {
  readonly image: string;
  readonly split: Split;
  readonly labels: Readonly<Record<string, number>>;
  /** z0 = E(x), [1, ...latentDims] */
  readonly latent: Tensor;
  /** What the noise of its directions is drawn from. */
  readonly key: string;
  /** Outputs of every model on x. */
  readonly onInput: Outputs;
  /** Outputs of every model on x0 = D(z0). */
  readonly onReconstruction: Outputs;
}

/** Images of a folder in the order of a run, encoded once. */
export interface Pool {
  readonly images: readonly PoolImage[];
  /** How many files were not used, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Median ‖E(x_i) − E(x_j)‖: the unit of `maxShift`. */
  readonly latentScale: number;
  /** x of some of the images, read once more: [1, c, h, w]. Errors: CfalignError("input") for a file that changed meanwhile. */
  inputs(images: readonly string[]): Promise<readonly Tensor[]>;
}

/** Reads images in order until `enough` says so. Errors: CfalignError("input") for a folder without two different usable images. */
export async function readPool(
  listing: Listing,
  request: {
    readonly autoencoder: Autoencoder;
    readonly models: readonly ClassifierModel[];
    readonly seed: number;
    enough(images: readonly PoolImage[]): boolean;
    progress(done: number, total: number): void;
    readonly signal: AbortSignal;
  },
): Promise<Pool> {
  const { autoencoder, models, seed, signal } = request;
  const images: PoolImage[] = [];
  const dropped: Record<string, number> = {};
  for (let start = 0; start < listing.rows.length; start += chunk) {
    if (images.length > 0 && request.enough(images)) break;
    const rows = listing.rows.slice(start, start + chunk);
    const loaded = await loadImages(listing, rows, { autoencoder, signal });
    for (const { row } of loaded) {
      if (row.dropReason !== null) dropped[row.dropReason] = (dropped[row.dropReason] ?? 0) + 1;
    }
    const usable = loaded.filter((image): image is Required<LoadedImage> => image.pixels !== undefined);
    if (usable.length === 0) continue;
    const inputs = stack(usable.map(({ pixels }) => pixels));
    const latents = await autoencoder.encode(inputs);
    const onInput = await outputsOf(models, inputs);
    const onReconstruction = await outputsOf(models, await autoencoder.decode(latents));
    for (const [index, { row: found, pixels }] of usable.entries()) {
      images.push({
        image: found.image,
        split: splitOf(seed, found.sha256 as string),
        labels: found.labels,
        latent: row(latents, index),
        key: noiseKey(pixels),
        onInput: onInput(index),
        onReconstruction: onReconstruction(index),
      });
    }
    request.progress(start + rows.length, listing.rows.length);
  }
  const latentScale = latentScaleOf(images.slice(0, latentSample).map(({ latent }) => latent));
  if (latentScale === undefined) {
    throw new CfalignError(
      "input",
      `"${listing.folder}": expected at least two different images, found ${images.length} that can be used among ${listing.rows.length} files`,
      { where: listing.folder },
    );
  }
  const inputs = async (names: readonly string[]): Promise<readonly Tensor[]> => {
    const rows = names.flatMap((name) => listing.rows.find(({ image }) => image === name) ?? []);
    const loaded = await loadImages(listing, rows, { autoencoder, signal });
    return loaded.map(({ pixels }) => pixels as Tensor);
  };
  return { images, dropped, latentScale, inputs };
}
