import type { Site } from "./site.ts";

/** Undoes broadcasting: sums a cotangent down to the shape of input `index`. */
export function unbroadcast(at: Site, ct: string, index: number): string {
  return sumTo(at, ct, at.shape(at.input(index)));
}

/** Sums a value over the axes along which one of shape `to` was repeated. */
export function sumTo(at: Site, ct: string, to: readonly number[]): string {
  const from = at.shape(ct);
  const lead = from.length - to.length;
  const axes = from.flatMap((size, axis) => (axis < lead || (to[axis - lead] === 1 && size !== 1) ? [axis] : []));
  const summed = at.sum(ct, axes);
  return lead === 0 ? summed : at.reshape(summed, to);
}
