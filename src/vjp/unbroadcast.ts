import type { Site } from "./site.ts";

/** Undoes broadcasting: sums a cotangent of shape `from` (by default that of the node's output) down to the shape of input `index`. */
export function unbroadcast(at: Site, ct: string, index: number, from = at.shape(at.y)): string {
  return sumTo(at, ct, from, at.shape(at.input(index)));
}

/** Sums a value of shape `from` over the axes along which a value of shape `to` was repeated. */
export function sumTo(at: Site, ct: string, from: readonly number[], to: readonly number[]): string {
  const lead = from.length - to.length;
  const axes = from.flatMap((size, axis) => (axis < lead || (to[axis - lead] === 1 && size !== 1) ? [axis] : []));
  const summed = at.sum(ct, axes);
  return lead === 0 ? summed : at.reshape(summed, to);
}
