import { row, stack, type Tensor } from "../base/tensor.ts";
import { noiseKey } from "../counterfactual/noise.ts";
import { fitImage } from "../models/fit-image.ts";
import { type Outputs, outputsOf } from "../models/prediction.ts";
import { decodedImage } from "../models/read-image.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";

/** A picture with what every question about it starts from. */
export interface Subject {
  readonly name: string;
  /** x at the autoencoder's size, [1, c, h, w]. */
  readonly input: Tensor;
  /** z0 = E(x), [1, ...latentDims] */
  readonly latent: Tensor;
  /** x0 = D(z0), [1, c, h, w] */
  readonly reconstruction: Tensor;
  readonly onInput: Outputs;
  readonly onReconstruction: Outputs;
  /** What the noise of its directions is drawn from. */
  readonly key: string;
  /** Width and height of the picture as it was given. */
  readonly given: { readonly width: number; readonly height: number };
}

/** Encodes and decodes a picture, and shows both to classifiers. bytes: of an image file. Errors: CfalignError("input") for what is no picture. */
export async function subjectOf(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  { autoencoder, models }: { readonly autoencoder: Autoencoder; readonly models: readonly ClassifierModel[] },
): Promise<Subject> {
  const picture = await decodedImage(bytes);
  const input = await fitImage(picture, autoencoder.image);
  const latent = await autoencoder.encode(input);
  const reconstruction = await autoencoder.decode(latent);
  const outputs = await outputsOf(models, stack([input, reconstruction]));
  const [, , height = 0, width = 0] = picture.dims;
  return {
    name,
    input,
    latent: row(latent, 0),
    reconstruction: row(reconstruction, 0),
    onInput: outputs(0),
    onReconstruction: outputs(1),
    key: noiseKey(input),
    given: { width, height },
  };
}
