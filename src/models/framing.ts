import { type Taps, tapsOf } from "../platform/interpolation.ts";
import type { InputSpec } from "./manifest.ts";

/** How a picture of any size becomes one of `width` × `height`. */
export type Framing = Pick<InputSpec, "width" | "height" | "fit" | "resizeTo" | "fill" | "resize" | "antialias">;

/** One axis of a picture: resized from `from` to `resized` pixels, of which `size` are shown from the one at `start` on; what lies outside is filled. */
export interface Placement {
  readonly from: number;
  readonly resized: number;
  readonly start: number;
  readonly size: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Where a picture goes: stretched to the box (`resizeTo`, else the size asked for), or, its shape kept, made the smallest
 * that covers the box or the largest within it; then its centre is cut out or padded to the size asked for.
 *
 * Rounding. The side that follows from the other is rounded down where the picture covers (transformers, torchvision: ⌊s·long/short⌋)
 * and to the nearest, ties to even, where it is contained (timm, PIL's ImageOps.contain). The centre starts at ⌊(H − h)/2⌋ as in
 * transformers, also where that is negative and pads; torchvision rounds to the nearest when it crops, and so may be a pixel off.
 */
export function placements(picture: Size, framing: Framing): { readonly across: Placement; readonly down: Placement } {
  const { width, height } = resizedSize(picture, framing);
  const placed = (from: number, resized: number, size: number): Placement => ({
    from,
    resized,
    start: Math.floor((resized - size) / 2),
    size,
  });
  return { across: placed(picture.width, width, framing.width), down: placed(picture.height, height, framing.height) };
}

function resizedSize(picture: Size, { fit = "stretch", resizeTo, ...size }: Framing): Size {
  const box = typeof resizeTo === "number" ? { width: resizeTo, height: resizeTo } : (resizeTo ?? size);
  if (fit === "stretch") return box;
  // Products of whole numbers, as a quotient of sides would round before it is compared.
  const byWidth = box.width * picture.height;
  const byHeight = box.height * picture.width;
  const widthDecides = fit === "cover" ? byWidth >= byHeight : byWidth <= byHeight;
  const rounded = fit === "cover" ? Math.floor : toNearestEven;
  return widthDecides
    ? { width: box.width, height: Math.max(1, rounded(byWidth / picture.width)) }
    : { width: Math.max(1, rounded(byHeight / picture.height)), height: box.height };
}

function toNearestEven(value: number): number {
  const below = Math.floor(value);
  if (value - below === 0.5) return below + (below % 2);
  return Math.round(value);
}

/** Whether an axis stays as it is. */
export function isUntouched({ from, resized, start, size }: Placement): boolean {
  return from === resized && start === 0 && size === resized;
}

/** The taps of the positions that are shown; none where the picture does not reach. */
export function placedTaps({ from, resized, start, size }: Placement, framing: Framing): readonly Taps[] {
  return tapsOf(from, resized, { interpolation: framing.resize, antialias: framing.antialias, start, size });
}

/** The matrix [size, from] of those taps, row-major. */
export function placedMatrix(placement: Placement, framing: Framing): Float64Array {
  const matrix = new Float64Array(placement.size * placement.from);
  placedTaps(placement, framing).forEach(({ first, weights }, row) => {
    matrix.set(weights, row * placement.from + first);
  });
  return matrix;
}

/** What is added to [channels, height, width], row-major: the fill where the picture does not reach, 0 elsewhere; undefined where it is 0 everywhere. */
export function fillOf(
  { across, down }: { readonly across: Placement; readonly down: Placement },
  fill: Framing["fill"],
  channels: number,
): Float32Array | undefined {
  const colour = Array.from({ length: channels }, (_, c) => (typeof fill === "object" ? fill[c] : fill) ?? 0);
  const covered = reaches(across) && reaches(down);
  if (covered || colour.every((value) => value === 0)) return undefined;
  const isInside = ({ start, resized }: Placement, position: number): boolean =>
    position + start >= 0 && position + start < resized;
  const plane = across.size * down.size;
  return Float32Array.from({ length: channels * plane }, (_, i) => {
    const [x, y] = [i % across.size, Math.floor((i % plane) / across.size)];
    return isInside(across, x) && isInside(down, y) ? 0 : (colour[Math.floor(i / plane)] as number);
  });
}

/** Whether a picture reaches over all positions. */
function reaches({ start, resized, size }: Placement): boolean {
  return start >= 0 && start + size <= resized;
}
