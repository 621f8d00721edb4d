import type { Pixels } from "../platform/platform.ts";
import { diverging, type Rgb } from "./diverging.ts";

/** Share of the pixels that are drawn below full colour: a few extreme ones would pale all others. */
const belowFull = 0.99;

/** Value at which a map reaches full colour: the 99th percentile of |values|, or the largest where that is 0; 0 for an empty map. */
export function fullColour(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values, Math.abs).sort();
  const percentile = sorted[Math.ceil(belowFull * sorted.length) - 1] ?? 0;
  return percentile > 0 ? percentile : (sorted.at(-1) ?? 0);
}

/** Signed values [height × width] on a diverging scale centred at 0: what raises the prediction is red, what lowers it blue. */
export function signedMap(values: ArrayLike<number>, width: number, full = fullColour(values)): Pixels {
  return picture(values.length, width, (pixel) => diverging(share(values[pixel] as number, full)));
}

/**
 * Magnitudes over their image: the image in pale grey, and the more red the more its pixels count. image and magnitudes
 * are of the same size.
 */
export function overlay(image: Pixels, magnitudes: ArrayLike<number>, full = fullColour(magnitudes)): Pixels {
  const { data, channels, width, height } = image;
  return picture(width * height, width, (pixel) => {
    const at = pixel * channels;
    const [r = 0, g = r, b = r] = channels === 1 ? [data[at]] : [data[at], data[at + 1], data[at + 2]];
    const grey = paper - 0.5 * (255 - (0.299 * r + 0.587 * g + 0.114 * b));
    const [red, green, blue] = heat;
    const covered = cover(share(magnitudes[pixel] as number, full));
    return [grey + covered * (red - grey), grey + covered * (green - grey), grey + covered * (blue - grey)];
  });
}

/** White of the pale image, and the colour of a pixel that counts fully. */
const paper = 250;
const heat: Rgb = [200, 30, 15];

/** How much of the image a share of full colour hides: what counts for little is still seen. */
const cover = (value: number): number => 0.95 * value ** 0.7;

/** Colour of a share of full colour over a light part of the image, for a legend. */
export function overlayColour(value: number): Rgb {
  const [red, green, blue] = heat;
  const covered = cover(value);
  return [paper + covered * (red - paper), paper + covered * (green - paper), paper + covered * (blue - paper)];
}

function share(value: number, full: number): number {
  return full === 0 ? 0 : Math.max(-1, Math.min(1, value / full));
}

function picture(count: number, width: number, colour: (pixel: number) => Rgb): Pixels {
  const data = new Uint8Array(count * 3);
  for (let pixel = 0; pixel < count; pixel++) data.set(colour(pixel).map(Math.round), pixel * 3);
  return { data, width, height: count / width, channels: 3 };
}
