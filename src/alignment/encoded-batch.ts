import { row, type Tensor } from "../base/tensor.ts";
import { noiseKey } from "../counterfactual/noise.ts";
import { fitImage } from "../models/fit-image.ts";
import { type Outputs, outputsOf } from "../models/prediction.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { filled } from "../models/whole-calls.ts";

/** An image of a batch. */
export interface BatchImage {
  readonly image: string;
  /** [1, 1 | 3, h, w] in [0, 1], RGB; brought to the autoencoder's size and channels where they differ. */
  readonly pixels: Tensor;
  /** E(x), [1, ...latentDims], where it is known: then `pixels` are at the autoencoder's size. */
  readonly latent?: Tensor;
}

/** An image with what every part of the work on it starts from. */
export interface EncodedBatchImage extends BatchImage {
  /** x at the autoencoder's size, [1, c, h, w]. */
  readonly input: Tensor;
  /** What the noise of its directions is drawn from. */
  readonly noiseKey: string;
  /** z0 = E(x), [1, ...latentDims] */
  readonly latent: Tensor;
  /** x0 = D(z0), [1, c, h, w] */
  readonly reconstruction: Tensor;
  readonly onInput: Outputs;
  readonly onReconstruction: Outputs;
}

/** Encodes images that are not yet, decodes them, and shows inputs and reconstructions to classifier files. */
export async function encodeBatch(
  images: readonly BatchImage[],
  autoencoder: Autoencoder,
  models: readonly ClassifierModel[],
): Promise<readonly EncodedBatchImage[]> {
  const inputs = await Promise.all(images.map(({ pixels }) => fitImage(pixels, autoencoder.image)));
  const unknown = inputs.filter((_, index) => images[index]?.latent === undefined);
  const encoded = unknown.length === 0 ? undefined : await autoencoder.encode(filled(unknown));
  let place = 0;
  const latents = images.map(({ latent }) => latent ?? row(encoded as Tensor, place++));
  const decoded = await autoencoder.decode(filled(latents));
  const reconstructions = images.map((_, index) => row(decoded, index));
  const outputs = await outputsOf(models, filled([...inputs, ...reconstructions]));
  return images.map((image, index) => ({
    ...image,
    input: inputs[index] as Tensor,
    noiseKey: noiseKey(inputs[index] as Tensor),
    latent: latents[index] as Tensor,
    reconstruction: reconstructions[index] as Tensor,
    onInput: outputs(index),
    onReconstruction: outputs(images.length + index),
  }));
}
