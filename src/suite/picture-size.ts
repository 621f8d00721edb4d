import { platform } from "#platform";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";

/** Width and height of a suite's pictures, whose longest side is `size`; their own where that is larger or nothing is asked for. */
export function pictureSize(
  { width, height }: { readonly width: number; readonly height: number },
  size: number | undefined,
): { readonly width: number; readonly height: number } {
  const share = Math.min(1, (size ?? Number.POSITIVE_INFINITY) / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** A picture [1, c, h, w] as the suite keeps it: at its size, in 8 bits. */
export async function sizedPicture(
  picture: Tensor,
  size: { readonly width: number; readonly height: number },
): Promise<Pixels> {
  const [height, width] = picture.dims.slice(2);
  const isThere = sizeOf(picture.dims) === picture.data.length && width === size.width && height === size.height;
  return toPixels(isThere ? picture : await platform.resizeImage(picture, size));
}

/** One picture minus another of its size, modulo 256, or plus it: nothing is lost either way. */
export function shifted(picture: Pixels, by: Pixels, sign: 1 | -1): Pixels {
  return { ...picture, data: picture.data.map((value, at) => value + sign * (by.data[at] as number)) };
}
