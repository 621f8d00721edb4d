import type { Tensor } from "../tensor.ts";
import type { Pixels } from "./platform.ts";

/** One image of a [1, c, h, w] tensor in [0, 1] (c is 1 or 3) as 8-bit RGB; values outside are clipped. */
export function toPixels(image: Tensor): Pixels {
  const [, channels = 3, height = 0, width = 0] = image.dims;
  const area = width * height;
  const data = new Uint8Array(area * 3);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = image.data[Math.min(channel, channels - 1) * area + pixel] ?? 0;
      data[pixel * 3 + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return { data, width, height, channels: 3 };
}

/** Pictures of one size as one, left to right, in RGB. */
export function sideBySide(pictures: readonly Pixels[]): Pixels {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const line = 3 * width;
  const data = new Uint8Array(line * height * pictures.length);
  for (const [place, picture] of pictures.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(picture.data.subarray(line * y, line * (y + 1)), line * (y * pictures.length + place));
    }
  }
  return { data, width: width * pictures.length, height, channels: 3 };
}
