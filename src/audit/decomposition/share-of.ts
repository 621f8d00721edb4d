import type { ShareState } from "../../statistics/decompose.ts";
import type { BaseDecomposition } from "../schema.ts";

/** A concept's part of a base's direction, as a column that is about it shows it. */
export interface ShareFigure {
  readonly concept: string;
  readonly share: number;
  readonly ci: readonly [number, number] | null;
  /** Of the share, or of the group of collinear concepts that is judged as one. */
  readonly state: ShareState;
  /** Concepts of that group; null for a concept of its own. */
  readonly together: readonly string[] | null;
  /** Images that were decomposed. */
  readonly count: number;
}

/** The share of a column's concept; undefined where the decomposition does not know it. */
export function shareOf(decomposition: BaseDecomposition | undefined, downstream: string): ShareFigure | undefined {
  const own = decomposition?.shares.find((row) => row.downstream.includes(downstream));
  if (decomposition === undefined || own === undefined) return undefined;
  // A group's share has the sign of its first member; the member's own sign is what a cell is about.
  const group = own.state === null ? decomposition.groups.find((each) => each.group === own.group) : undefined;
  return {
    concept: own.concept,
    share: own.share,
    ci: own.ci,
    state: group?.state ?? own.state ?? "unresolved",
    together: group?.concepts ?? null,
    count: decomposition.count,
  };
}
