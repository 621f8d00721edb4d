import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Pixels } from "../platform/platform.ts";

/** Reads an image file as [1, 3, height, width], RGB in [0, 1], at its own size. Errors: CfalignError("input") that names the file. */
export async function readImage(path: string): Promise<Tensor> {
  const bytes = await platform.files.read(path);
  try {
    return await decodedImage(bytes);
  } catch (error) {
    if (!(error instanceof CfalignError)) throw error;
    throw new CfalignError(error.code, `"${path}": ${error.message}`, { where: path, cause: error });
  }
}

/** Decodes the bytes of an image file as [1, 3, height, width], RGB in [0, 1], at its own size. */
export async function decodedImage(bytes: Uint8Array): Promise<Tensor> {
  return imageTensor(await platform.decodeImage(bytes));
}

/** Pixels as [1, 3, height, width], RGB in [0, 1]; an alpha channel is ignored. */
export function imageTensor({ data, width, height, channels }: Pixels): Tensor {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const source = channels === 1 ? 0 : channel;
    for (let i = 0; i < plane; i++) values[channel * plane + i] = (data[i * channels + source] as number) / 255;
  }
  return { data: values, dims: [1, 3, height, width] };
}
