import type { Classifier } from "../models/types.ts";

/**
 * −f: what lowers it raises f. Its range is that of f with the ends exchanged, so that every search, with its drop, floor and limits, is mirrored
 * as it stands: a rise in place of a fall, and the end of the range above in place of the one below.
 */
export function mirrored({ name, terms }: Classifier): Classifier {
  return { name, terms: terms.map((term) => ({ ...term, coefficient: -term.coefficient })) };
}

/** A number of a mirrored classifier as one of its original; 0 has no sign. */
export function unmirrored(value: number): number {
  return 0 - value;
}
