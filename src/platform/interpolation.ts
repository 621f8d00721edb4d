/** A kernel, and the distance at which it ends when nothing is shrunk. */
interface Kernel {
  readonly support: number;
  at(x: number): number;
}

/** Kernels as PIL has them; `nearest` is none. */
const kernels = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: cubic },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  // A pixel that lies on the border of two belongs to one of them only.
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: { support: 1, at: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0) },
} as const satisfies Readonly<Record<string, Kernel>>;

/** How an image is resized. */
export type Interpolation = "nearest" | keyof typeof kernels;
export const interpolations = [
  "nearest",
  "bilinear",
  "bicubic",
  "lanczos",
  "box",
  "hamming",
] as const satisfies readonly Interpolation[];

/** For one output position the first input position and the weights of it and those after it, which sum to 1 where there are any. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Cubic convolution with a = −0.5, as PIL's. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? a * (((t - 5) * t + 8) * t - 4) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Whether results of a kernel can leave the range of what they are made from, as its weights can be negative. */
export function overshoots(interpolation: Interpolation): boolean {
  return interpolation === "bicubic" || interpolation === "lanczos";
}

export interface TapsOptions {
  readonly interpolation: Interpolation;
  /** Whether shrinking widens the kernel, true. */
  readonly antialias?: boolean | undefined;
  /** First position that is asked for, 0; negative ones and those from `to` on have no taps. */
  readonly start?: number;
  /** Positions that are asked for, `to`. */
  readonly size?: number;
}

/**
 * The taps that resize one axis from `from` to `to` positions, with half-pixel centres. With `antialias` shrinking widens
 * the kernel so that every pixel counts, as PIL and torchvision do; without it the kernel stays as narrow as for growing,
 * as in TensorFlow, and for `bilinear` in OpenCV and PyTorch. Where a kernel reaches over the border its other weights are
 * scaled to sum to 1.
 */
export function tapsOf(from: number, to: number, options: TapsOptions): readonly Taps[] {
  const { interpolation, antialias = true, start = 0, size = to } = options;
  return Array.from({ length: size }, (_, i): Taps => {
    const position = start + i;
    if (position < 0 || position >= to) return { first: 0, weights: [] };
    if (from === to) return { first: position, weights: [1] };
    const scale = from / to;
    const centre = (position + 0.5) * scale;
    if (interpolation === "nearest") return { first: Math.min(from - 1, Math.floor(centre)), weights: [1] };
    const { support, at } = kernels[interpolation];
    const widening = antialias ? Math.max(1, scale) : 1;
    const first = Math.max(0, Math.floor(centre - support * widening + 0.5));
    const end = Math.min(from, Math.floor(centre + support * widening + 0.5));
    const raw = Array.from({ length: end - first }, (_, tap) => at((first + tap + 0.5 - centre) / widening));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}
