import { sizeOf, type Tensor } from "../tensor.ts";
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
  const kept = cut ? (value: number) => Math.min(1, Math.max(0, value)) : (value: number) => value;
  const planes = batch * channels;
  const wide = new Float64Array(planes * height * columns.length);
  for (let line = 0; line < planes * height; line++) {
    columns.forEach(({ first, weights }, x) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] as number) * (image.data[line * width + first + i] as number);
      wide[line * columns.length + x] = kept(sum);
    });
  }
  const dims = [batch, channels, rows.length, columns.length];
  const data = new Float32Array(sizeOf(dims));
  for (let plane = 0; plane < planes; plane++) {
    rows.forEach(({ first, weights }, y) => {
      for (let x = 0; x < columns.length; x++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) {
          sum += (weights[i] as number) * (wide[(plane * height + first + i) * columns.length + x] as number);
        }
        data[(plane * rows.length + y) * columns.length + x] = kept(sum);
      }
    });
  }
  return { data, dims };
}
