import { sizeOf, type Tensor } from "../base/tensor.ts";
import { type Taps, tapsOf } from "./interpolation.ts";

/**
 * Resizes [1, c, h, w] to [1, c, height, width] with an antialiased triangle filter. Pure, so that an image has the same
 * pixels on every platform.
 */
export function resizeTriangle(image: Tensor, size: { readonly width: number; readonly height: number }): Tensor {
  const [, , height = 1, width = 1] = image.dims;
  if (width === size.width && height === size.height) return image;
  const triangle = { interpolation: "bilinear" } as const;
  return resampled(image, tapsOf(width, size.width, triangle), tapsOf(height, size.height, triangle));
}

/**
 * [n, c, h, w] → [n, c, rows, columns], each position by its taps, across and then down as PIL does; positions without
 * taps are 0. `cut`: values are cut to [0, 1] after each pass, as where pixels are 8 bits wide. Sums are float64.
 */
export function resampled(
  image: Tensor,
  columns: readonly Taps[],
  rows: readonly Taps[],
  { cut = false }: { readonly cut?: boolean } = {},
): Tensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = image.dims;
  const planes = batch * channels;
  const wide = across(image.data, columns, { lines: planes * height, width });
  if (cut) cutToPixels(wide);
  const dims = [batch, channels, rows.length, columns.length];
  const data = new Float32Array(sizeOf(dims));
  const line = new Float64Array(columns.length);
  for (let plane = 0; plane < planes; plane++) {
    for (const [y, { first, weights }] of rows.entries()) {
      line.fill(0);
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i] as number;
        const from = (plane * height + first + i) * line.length;
        for (let x = 0; x < line.length; x++) line[x] = (line[x] as number) + weight * (wide[from + x] as number);
      }
      if (cut) cutToPixels(line);
      data.set(line, (plane * rows.length + y) * line.length);
    }
  }
  return { data, dims };
}

/** Every line by the taps of its columns. One flat list of weights: this is where most of the time of reading a picture goes. */
function across(
  data: Float32Array,
  columns: readonly Taps[],
  { lines, width }: { readonly lines: number; readonly width: number },
): Float64Array {
  const wide = new Float64Array(lines * columns.length);
  const firsts = Int32Array.from(columns, ({ first }) => first);
  const counts = Int32Array.from(columns, ({ weights }) => weights.length);
  const flat = Float64Array.from(columns.flatMap(({ weights }) => [...weights]));
  for (let line = 0, at = 0; line < lines; line++) {
    for (let x = 0, tap = 0; x < firsts.length; x++) {
      const from = line * width + (firsts[x] as number);
      const count = counts[x] as number;
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (flat[tap++] as number) * (data[from + i] as number);
      wide[at++] = sum;
    }
  }
  return wide;
}

function cutToPixels(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i] as number));
}
