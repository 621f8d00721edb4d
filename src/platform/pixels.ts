import type { Tensor } from "../base/tensor.ts";
import type { Pixels } from "./platform.ts";

/** One image of a [1, c, h, w] tensor in [0, 1] (c is 1 or 3) as 8-bit RGB; values outside are clipped. */
export function toPixels(image: Tensor): Pixels {
  return sideBySide([image]);
}

/** Images of one size, as `toPixels` takes them, left to right. */
export function sideBySide(images: readonly Tensor[]): Pixels {
  const [, , height = 0, width = 0] = images[0]?.dims ?? [];
  const wide = width * images.length;
  const data = new Uint8Array(3 * wide * height);
  for (const [place, { data: values, dims }] of images.entries()) {
    for (let channel = 0; channel < 3; channel++) {
      let from = dims[1] === 1 ? 0 : channel * width * height;
      for (let y = 0; y < height; y++) {
        let to = 3 * (y * wide + place * width) + channel;
        for (const end = from + width; from < end; from++, to += 3) {
          const level = 255 * (values[from] as number);
          // A whole number without Math.round, which takes four times as long here: every counterfactual passes through.
          data[to] = level <= 0 ? 0 : level >= 255 ? 255 : (level + 0.5) | 0;
        }
      }
    }
  }
  return { data, width: wide, height, channels: 3 };
}

/** Pictures of one size as one, left to right, in RGB. */
export function inARow(pictures: readonly Pixels[]): Pixels {
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

/** One of some pictures of a width that stand in a row. */
export function ofRow({ data, width: wide, height, channels }: Pixels, place: number, width: number): Pixels {
  const line = width * channels;
  const own = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    const from = channels * (y * wide + place * width);
    own.set(data.subarray(from, from + line), y * line);
  }
  return { data: own, width, height, channels };
}
