import type { Side } from "./rows.ts";

/** Lengths that are tried, in units of the pattern's own: what goes with the first is not pushed further. Artefacts go with 1, natural features take 2 or 3. */
export const editLengths = [1, 1.5, 2, 3] as const;

/** How far from the mean of the other side a prediction may be left, as a part of the way from there to its own side. */
const rest = 1 / 8;

/** What a witness says on average of pictures that have a feature, and of those that lack it. */
export interface Range {
  readonly having: number;
  readonly lacking: number;
}

/** Whether a prediction of the witness says that the feature went, or came: it is about as low, or high, as on pictures of the other side. */
export function arrived(prediction: number, side: Side, { having, lacking }: Range): boolean {
  const left = rest * (having - lacking);
  return side === "remove" ? prediction <= lacking + left : prediction >= having - left;
}

/** Whether a prediction is further on the way than another. */
export function further(prediction: number, than: number, side: Side): boolean {
  return side === "remove" ? prediction < than : prediction > than;
}
