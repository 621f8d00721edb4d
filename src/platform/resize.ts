import type { Tensor } from "../tensor.ts";

/** For each output position, the first input position and the weights of it and those after it. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Triangle filter whose support grows with the reduction, so that no input pixel is skipped (PIL's bilinear). */
function triangleTaps(from: number, to: number): Taps[] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, position) => {
    const centre = (position + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(from, Math.floor(centre + support + 0.5));
    const raw = Array.from({ length: last - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support)),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}

/**
 * Resizes [1, c, h, w] to [1, c, height, width] with an antialiased triangle filter. Pure, so that an image has the same
 * pixels on every platform. Sums are float64.
 */
export function resizeTriangle(image: Tensor, size: { readonly width: number; readonly height: number }): Tensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = image.dims;
  if (width === size.width && height === size.height) return image;
  const planes = batch * channels;
  const columns = triangleTaps(width, size.width);
  const rows = triangleTaps(height, size.height);
  const wide = new Float64Array(planes * height * size.width);
  for (let line = 0; line < planes * height; line++) {
    columns.forEach(({ first, weights }, x) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] as number) * (image.data[line * width + first + i] as number);
      wide[line * size.width + x] = sum;
    });
  }
  const data = new Float32Array(planes * size.height * size.width);
  for (let plane = 0; plane < planes; plane++) {
    rows.forEach(({ first, weights }, y) => {
      for (let x = 0; x < size.width; x++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) {
          sum += (weights[i] as number) * (wide[(plane * height + first + i) * size.width + x] as number);
        }
        data[(plane * size.height + y) * size.width + x] = sum;
      }
    });
  }
  return { data, dims: [batch, channels, size.height, size.width] };
}
