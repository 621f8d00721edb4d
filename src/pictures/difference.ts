import type { Pixels } from "../platform/platform.ts";
import { diverging } from "./diverging.ts";

/**
 * Signed difference of two pictures of equal size: mean over the colour channels of `after` − `before`,
 * on a diverging scale centred at 0 (darker is blue, lighter is red). `range` is the difference, in units of
 * full brightness, that gets full colour (default 0.4).
 */
export function difference(before: Pixels, after: Pixels, range = 0.4): Pixels {
  const { width, height } = before;
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(diverging((brightness(after, pixel) - brightness(before, pixel)) / range), pixel * 3);
  }
  return { data, width, height, channels: 3 };
}

/** Mean of the colour channels of a pixel in [0, 1]; an alpha channel is left out. */
function brightness({ data, channels }: Pixels, pixel: number): number {
  const colours = channels === 1 ? 1 : 3;
  let sum = 0;
  for (let channel = 0; channel < colours; channel++) sum += data[pixel * channels + channel] ?? 0;
  return sum / (255 * colours);
}
