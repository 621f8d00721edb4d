import { sizeOf } from "../base/tensor.ts";
import { int, string } from "../onnx/build.ts";
import type { Operand, Site } from "./site.ts";

/** What lies outside an image: nothing, its border, its mirror image about the edge or about the outermost pixels' centres. */
export type Outside = "zeros" | "border" | "reflection";

/** Points along one axis of an image: [n, p] in units of pixels, 0 at the centre of the first. */
export interface Line {
  readonly size: number;
  readonly position: string;
  readonly outside: Outside;
  /** Whether mirrors stand at the centres of the outermost pixels instead of their edges. */
  readonly alignCorners: boolean;
}

/** A pixel row that points read along one axis, each [n, p]: where it lies, what it counts for, and ∂weight/∂position. */
interface Tap {
  readonly index: string;
  readonly weight: string;
  readonly slope: string;
}

/** A pixel that points read, each [n, p]: its place in the flattened image, its weight, and ∂weight/∂position by axis. */
export interface Neighbour {
  readonly index: string;
  readonly weight: string;
  readonly slopes: readonly string[];
}

/** Images, channels, and points read in each. */
type Points = readonly [n: number, c: number, p: number];

/** A = −0.75 in the cubic convolution kernel, as PyTorch and onnxruntime have it. */
const A = -0.75;

/** The pixels around every point: one for nearest, two per axis for linear, four for cubic. */
export function neighboursOf(at: Site, lines: readonly Line[], mode: string): Neighbour[] {
  const axes = lines.map((line) => tapsOf(at, line, mode));
  return combinations(axes).map((taps) => {
    const product = (factors: readonly string[]) => factors.reduce((total, factor) => at.mul(total, factor));
    const index = taps.reduce<string | undefined>((before, tap, axis) => {
      return before === undefined
        ? tap.index
        : at.add(at.mul(before, at.intConstant([lines[axis]!.size], [])), tap.index);
    }, undefined) as string;
    const weights = taps.map((tap) => tap.weight);
    return {
      index,
      weight: product(weights),
      slopes: taps.map((tap, axis) => product(weights.with(axis, tap.slope))),
    };
  });
}

function combinations(axes: readonly (readonly Tap[])[]): Tap[][] {
  return axes.reduce<Tap[][]>((found, taps) => found.flatMap((some) => taps.map((tap) => [...some, tap])), [[]]);
}

function tapsOf(at: Site, line: Line, mode: string): Tap[] {
  if (mode === "nearest") {
    const { position } = padded(at, line, line.position);
    return [tapAt(at, line, { position: at.emit("Round", [position]), slope: at.mul(line.position, 0), weight: 1 })];
  }
  if (mode === "linear") {
    const { position, slope } = padded(at, line, line.position);
    const first = at.emit("Floor", [position]);
    const beyond = at.sub(position, first);
    return [
      tapAt(at, line, { position: first, slope: at.neg(slope), weight: at.sub(1, beyond) }),
      tapAt(at, line, { position: at.add(first, 1), slope, weight: beyond }),
    ];
  }
  if (mode !== "cubic") throw at.error(`mode "${mode}" has no gradient rule`);
  const first = at.emit("Floor", [line.position]);
  const t = at.sub(line.position, first);
  // Distance to the point, and its derivative by the position.
  const distances = [at.add(t, 1), t, at.sub(1, t), at.sub(2, t)];
  return distances.map((s, i) => {
    const near = i === 1 || i === 2;
    const square = at.square(s);
    const weight = near
      ? at.add(at.mul(at.sub(at.mul(A + 2, s), A + 3), square), 1)
      : at.sub(at.mul(at.add(at.mul(at.sub(at.mul(A, s), 5 * A), s), 8 * A), s), 4 * A);
    const slope = near
      ? at.sub(at.mul(3 * (A + 2), square), at.mul(2 * (A + 3), s))
      : at.add(at.sub(at.mul(3 * A, square), at.mul(10 * A, s)), 8 * A);
    const { position } = padded(at, line, at.add(first, i - 1));
    return tapAt(at, line, { position, slope: i < 2 ? slope : at.neg(slope), weight });
  });
}

interface At {
  readonly position: string;
  readonly slope: string;
  readonly weight: Operand;
}

/** A tap at a whole position; outside the image it counts for nothing. */
function tapAt(at: Site, { size, outside }: Line, { position, slope, weight }: At): Tap {
  const index = at.cast(at.emit("Clip", [position, 0, size - 1]), "int64");
  if (outside !== "zeros") return { index, slope, weight: at.add(at.mul(position, 0), weight) };
  const inside = at.indicator(at.and(at.greater(position, -0.5), at.less(position, size - 0.5)));
  return { index, slope: at.mul(inside, slope), weight: at.mul(inside, weight) };
}

/** A position brought into the image, and the slope of that. At the very edge the slope is 0, as in PyTorch. */
function padded(at: Site, { size, outside, alignCorners }: Line, position: string) {
  const clipped = (value: string, slope: Operand) => ({
    position: at.emit("Clip", [value, 0, size - 1]),
    slope: at.mul(at.indicator(at.and(at.greater(value, 0), at.less(value, size - 1))), slope),
  });
  if (outside === "zeros") return { position, slope: at.add(at.mul(position, 0), 1) };
  if (outside === "border") return clipped(position, 1);
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return { position: at.mul(position, 0), slope: at.mul(position, 0) };
  const beyond = at.sub(position, low);
  const distance = at.abs(beyond);
  const flips = at.emit("Floor", [at.div(distance, span)]);
  const odd = at.greater(at.emit("Mod", [flips, 2], { fmod: int(1) }), 0.5);
  const rest = at.sub(distance, at.mul(flips, span));
  const reflected = at.add(at.where(odd, at.sub(span, rest), rest), low);
  return clipped(reflected, at.mul(at.where(odd, -1, 1), at.where(at.less(beyond, 0), -1, 1)));
}

/** Σ over points: the cotangents ct [n, c, p] of read values, back to the pixels they were read from: [n, c, …size]. */
export function spreadToPixels(
  at: Site,
  neighbours: readonly Neighbour[],
  { ct, points, size }: { readonly ct: string; readonly points: Points; readonly size: readonly number[] },
): string {
  const [n, c, p] = points;
  const all = p * neighbours.length;
  const shares = neighbours.map(({ weight }) => at.mul(ct, at.reshape(weight, [n, 1, p])));
  const indices = at.reshape(
    at.concat(
      neighbours.map(({ index }) => index),
      1,
    ),
    [n, 1, all],
  );
  const image = at.emit(
    "ScatterElements",
    [at.zeros([n, c, sizeOf(size)]), at.expand(indices, [n, c, all]), at.concat(shares, 2)],
    { axis: int(2), reduction: string("add") },
  );
  return at.reshape(image, [n, c, ...size]);
}

/** What each neighbour holds, for every point: image [n, c, …size] → [n, c, p] each. */
export function readPixels(
  at: Site,
  neighbours: readonly Neighbour[],
  { image, points, size }: { readonly image: string; readonly points: Points; readonly size: readonly number[] },
): string[] {
  const [n, c, p] = points;
  const flat = at.reshape(image, [n, c, sizeOf(size)]);
  return neighbours.map(({ index }) =>
    at.emit("GatherElements", [flat, at.expand(at.reshape(index, [n, 1, p]), [n, c, p])], { axis: int(2) }),
  );
}

/** ∂(ct · read values)/∂position by axis, each [n, p]. `pixels`: what `readPixels` gave. */
export function positionCotangents(
  at: Site,
  neighbours: readonly Neighbour[],
  { pixels, ct, points }: { readonly pixels: readonly string[]; readonly ct: string; readonly points: Points },
): string[] {
  const [n, , p] = points;
  const along = pixels.map((pixel) => at.reshape(at.sum(at.mul(ct, pixel), [1]), [n, p]));
  const axes = neighbours[0]?.slopes.length ?? 0;
  return Array.from({ length: axes }, (_, axis) =>
    neighbours
      .map(({ slopes }, i) => at.mul(along[i] as string, slopes[axis] as string))
      .reduce((total, share) => at.add(total, share)),
  );
}
