import type { Pixels } from "../platform/platform.ts";
import type { Points } from "../statistics/leading-coordinates.ts";

/** A counterfactual in small, and the reconstruction that it started from; pictures of one size, in RGB. */
export interface PictureChange {
  readonly image: string;
  readonly before: Pixels;
  readonly after: Pixels;
}

/** Longest side at which changes are compared: what is smaller than a thirtieth of a picture is noise. */
const comparedSide = 32;

/** after − before of every value, in units of full brightness. */
export function changeOf(picture: Pick<PictureChange, "before" | "after">): Float64Array {
  return meanChange([picture]);
}

/** Changes in small, each scaled to length 1, and the lengths that they had; the direction of no change is 0. */
export function changeDirections(pictures: readonly PictureChange[]): {
  readonly directions: Points;
  readonly lengths: Float64Array;
} {
  const lengths = new Float64Array(pictures.length);
  const rows = pictures.map((picture, place) => {
    const small = blockMeans(changeOf(picture), picture.before);
    const length = Math.sqrt(small.reduce((sum, value) => sum + value * value, 0));
    lengths[place] = length;
    return length === 0 ? small : small.map((value) => value / length);
  });
  const size = rows[0]?.length ?? 0;
  const data = new Float64Array(size * rows.length);
  for (const [place, row] of rows.entries()) data.set(row, place * size);
  return { directions: { data, count: rows.length, size }, lengths };
}

/** Means of square blocks of a picture's values, channel by channel. */
function blockMeans(values: Float64Array, { width, height }: Pick<Pixels, "width" | "height">): Float64Array {
  const step = Math.ceil(Math.max(width, height) / comparedSide);
  const [wide, tall] = [Math.ceil(width / step), Math.ceil(height / step)];
  const means = new Float64Array(3 * wide * tall);
  for (let y = 0; y < height; y++) {
    const rows = Math.min(step, height - step * Math.floor(y / step));
    for (let x = 0; x < width; x++) {
      const columns = Math.min(step, width - step * Math.floor(x / step));
      const to = 3 * (wide * Math.floor(y / step) + Math.floor(x / step));
      for (let channel = 0; channel < 3; channel++) {
        const value = values[3 * (y * width + x) + channel] as number;
        means[to + channel] = (means[to + channel] as number) + value / (rows * columns);
      }
    }
  }
  return means;
}

/** Mean of some changes, value by value as `changeOf` has them; of at least one. */
export function meanChange(pictures: readonly Pick<PictureChange, "before" | "after">[]): Float64Array {
  const size = pictures[0]?.before.data.length ?? 0;
  const change = new Float64Array(size);
  // By index: millions of values go through here, and an iterator costs ten times as much.
  for (const { before, after } of pictures) {
    for (let at = 0; at < size; at++) {
      change[at] = (change[at] as number) + (after.data[at] as number) - (before.data[at] as number);
    }
  }
  const full = 255 * pictures.length;
  for (let at = 0; at < size; at++) change[at] = (change[at] as number) / full;
  return change;
}

/** A change as a picture: grey where it is 0, white where it is `ends`, black where it is −`ends`. */
export function changePicture(
  change: Float64Array,
  { width, height }: Pick<Pixels, "width" | "height">,
): { readonly pixels: Pixels; readonly ends: number } {
  const ends = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const data = Uint8Array.from(change, (value) => Math.round(255 * (0.5 + (ends === 0 ? 0 : value / (2 * ends)))));
  return { pixels: { data, width, height, channels: 3 }, ends };
}
