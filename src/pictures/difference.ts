import type { Pixels } from "../platform/platform.ts";
import { diverging } from "./diverging.ts";

/**
 * Signed difference of two pictures of equal size, one value per pixel in [−1, 1]: mean over the colour channels of
 * `after` − `before`, where `range` (in units of full brightness, default 0.4) and more is ±1.
 */
export function signedDifference(before: Pixels, after: Pixels, range = 0.4): Float32Array {
  return Float32Array.from({ length: before.width * before.height }, (_, pixel) =>
    Math.min(1, Math.max(-1, (brightness(after, pixel) - brightness(before, pixel)) / range)),
  );
}

/** The signed difference as a picture on a diverging scale centred at 0: darker is blue, lighter is red. */
export function difference(before: Pixels, after: Pixels, range = 0.4): Pixels {
  const { width, height } = before;
  const data = new Uint8Array(width * height * 3);
  for (const [pixel, value] of signedDifference(before, after, range).entries()) data.set(diverging(value), pixel * 3);
  return { data, width, height, channels: 3 };
}

/** Mean of the colour channels of a pixel in [0, 1]; an alpha channel is left out. */
function brightness({ data, channels }: Pixels, pixel: number): number {
  const colours = channels === 1 ? 1 : 3;
  let sum = 0;
  for (let channel = 0; channel < colours; channel++) sum += data[pixel * channels + channel] ?? 0;
  return sum / (255 * colours);
}
