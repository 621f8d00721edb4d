import { platform } from "#platform";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { decodedImage } from "../models/read-image.ts";
import type { Autoencoder } from "../models/types.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Perturbation } from "./rows.ts";

/** Quality of the JPEG files of the check. */
const jpegQuality = 75;

/** Images [n, c, h, w] in [0, 1] → the same shape. */
export type Perturb = (images: Tensor, autoencoder: Autoencoder) => Promise<Tensor>;

/** Changes of an image that leave what a person sees as it is. */
export const perturbations: Readonly<Record<Perturbation, Perturb>> = {
  /** D(E(x)): what is not on the autoencoder's manifold is lost. */
  reencoded: async (images, autoencoder) => autoencoder.decode(await autoencoder.encode(images)),
  /** JPEG at quality 75 and back. */
  jpeg: (images, autoencoder) => each(images, (image) => compressed(image, autoencoder)),
  /** Binomial filter of three pixels each way: a Gaussian of σ = 0.7 pixels. */
  blurred: (images) => each(images, async (image) => blurred(image)),
  /** One pixel to the right; the first column stays. */
  shifted: (images) => each(images, async (image) => mapped(image, (at, x, y) => at(Math.max(0, x - 1), y))),
};

async function each(images: Tensor, change: (image: Tensor) => Promise<Tensor>): Promise<Tensor> {
  return stack(
    await Promise.all(Array.from({ length: images.dims[0] ?? 0 }, (_, index) => change(row(images, index)))),
  );
}

async function compressed(image: Tensor, autoencoder: Autoencoder): Promise<Tensor> {
  const bytes = await platform.encodeImage(toPixels(image), "jpeg", jpegQuality);
  return fitImage(await decodedImage(bytes), autoencoder.image);
}

function blurred(image: Tensor): Tensor {
  const [, , height = 0, width = 0] = image.dims;
  const across = mapped(image, (at, x, y) => {
    return (at(Math.max(0, x - 1), y) + 2 * at(x, y) + at(Math.min(width - 1, x + 1), y)) / 4;
  });
  return mapped(across, (at, x, y) => {
    return (at(x, Math.max(0, y - 1)) + 2 * at(x, y) + at(x, Math.min(height - 1, y + 1))) / 4;
  });
}

/** A new image, pixel by pixel, from those of the old one in the same channel. */
function mapped(image: Tensor, pixel: (at: (x: number, y: number) => number, x: number, y: number) => number): Tensor {
  const [, channels = 0, height = 0, width = 0] = image.dims;
  const data = new Float32Array(image.data.length);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * height * width;
    const at = (x: number, y: number): number => image.data[start + y * width + x] as number;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[start + y * width + x] = pixel(at, x, y);
    }
  }
  return { data, dims: image.dims };
}
