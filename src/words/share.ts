import type { ShareState } from "../statistics/decompose.ts";
import { intervalWords, quoted, range, signed } from "./figures.ts";

/** A concept's part of a base's direction, as a column that is about it shows it. */
export interface ShareFigure {
  readonly concept: string;
  readonly share: number;
  readonly ci: readonly [number, number] | null;
  /** Of the share, or of the group of collinear concepts that is judged as one. */
  readonly state: ShareState;
  /** What the state was decided by: `ci`, or the interval of the group, turned to the side of the share. */
  readonly judged: readonly [number, number] | null;
  /** Concepts of that group; null for a concept of its own. */
  readonly together: readonly string[] | null;
  /** Images that were decomposed. */
  readonly count: number;
}

/** The share that was judged, in words: the concept's own, or that of its group where only the group's is determined. */
export function judgedShare({ concept, share, ci, state, judged, together }: ShareFigure): {
  readonly name: string;
  readonly figures: string;
} {
  if (together !== null && judged !== null && state !== "unresolved") {
    return { name: `${together.map(quoted).join(" and ")} together`, figures: range(judged[0], judged[1]) };
  }
  return { name: quoted(concept), figures: `${signed(share)}${intervalWords(ci)}` };
}

/** What an image is moved along: a direction, its part of one concept, or what is left. */
export function partTitle(part: string): string {
  if (part === "direction") return "along its direction";
  return part === "residual" ? "along what no concept explains" : `along its part of ${part}`;
}
