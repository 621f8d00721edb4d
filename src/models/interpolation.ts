export type Interpolation = "bilinear" | "bicubic" | "nearest";

/** Kernels and the distance at which they end. */
const kernels = {
  bilinear: { support: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: cubic },
} as const;

/** Cubic convolution with a = −0.5, as PIL's. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? a * (((t - 5) * t + 8) * t - 4) : 0;
}

/**
 * Matrix [to, from] that resizes one axis, rows summing to 1: half-pixel centres; shrinking widens the kernel so that every
 * pixel counts, as PIL and torchvision (antialias) do.
 */
export function interpolationMatrix(from: number, to: number, interpolation: Interpolation): Float64Array {
  const matrix = new Float64Array(to * from);
  const scale = from / to;
  for (let row = 0; row < to; row++) {
    const centre = (row + 0.5) * scale;
    if (interpolation === "nearest") {
      matrix[row * from + Math.min(from - 1, Math.floor(centre))] = 1;
      continue;
    }
    const { support, at } = kernels[interpolation];
    const widening = Math.max(1, scale);
    const first = Math.max(0, Math.floor(centre - support * widening + 0.5));
    const end = Math.min(from, Math.floor(centre + support * widening + 0.5));
    let total = 0;
    for (let column = first; column < end; column++) {
      const weight = at((column + 0.5 - centre) / widening);
      matrix[row * from + column] = weight;
      total += weight;
    }
    for (let column = first; column < end; column++)
      matrix[row * from + column] = (matrix[row * from + column] as number) / total;
  }
  return matrix;
}
