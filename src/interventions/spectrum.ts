import { sizeOf, type Tensor } from "../base/tensor.ts";

/** Rings of frequencies, from coarse to fine, that a spectrum tells apart. */
export const rings = 24;
/** Power below what eight bits a value hold. */
const least = 1e-8;

/** The ring of a coefficient; the mean of a channel has none. */
function ringOf(u: number, v: number, [height, width]: readonly [number, number]): number | undefined {
  if (u === 0 && v === 0) return undefined;
  return Math.min(rings - 1, Math.floor((rings * Math.hypot(u / height, v / width)) / Math.SQRT2));
}

/** Calls with every coefficient's place in the data, and its place in a spectrum. */
function throughRings({ dims }: Tensor, visit: (coefficient: number, ring: number) => void): void {
  const [, channels = 0, height = 0, width = 0] = dims;
  for (let u = 0; u < height; u++) {
    for (let v = 0; v < width; v++) {
      const ring = ringOf(u, v, [height, width]);
      if (ring === undefined) continue;
      for (let c = 0; c < channels; c++) visit((c * height + u) * width + v, c * rings + ring);
    }
  }
}

/** Logarithm of the mean power in every ring of a picture's coefficients, [1, c, h, w]: [1, c, rings]. */
export function spectrumOf(coefficients: Tensor): Tensor {
  const dims = [1, coefficients.dims[1] as number, rings];
  const [power, count] = [new Float64Array(sizeOf(dims)), new Float64Array(sizeOf(dims))];
  throughRings(coefficients, (at, ring) => {
    power[ring] = (power[ring] as number) + (coefficients.data[at] as number) ** 2;
    count[ring] = (count[ring] as number) + 1;
  });
  const data = Float32Array.from(power, (sum, ring) => Math.log(sum / Math.max(1, count[ring] as number) + least));
  return { data, dims };
}

/** Coefficients of which every ring has exp(change) times its power. change: [1, c, rings]. */
export function withSpectrum(coefficients: Tensor, change: Tensor): Tensor {
  const data = coefficients.data.slice();
  const gains = Array.from(change.data, (power) => Math.exp(power / 2));
  throughRings(coefficients, (at, ring) => {
    data[at] = (data[at] as number) * (gains[ring] as number);
  });
  return { data, dims: coefficients.dims };
}
