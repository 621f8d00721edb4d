import type { ShareFigure } from "../audit/decomposition/share-of.ts";
import { intervalWords, quoted, range, signed } from "./figures.ts";

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
