import type { DiffCell } from "../../results/diff-cell.ts";

/** How a cell of a diff is to be read by who shows it. */
export interface DiffReading {
  /** Stratum whose figures stand for the cell: the one that decided; without one, the one with more pairs. */
  readonly leading: "present" | "absent";
  /** Whether it is known to have moved. */
  readonly changed: boolean;
}

/** Reads one cell. */
export function readDiffCell({ outcome, reason, stratum, present, absent }: DiffCell): DiffReading {
  const more = present.difference !== null && present.count >= absent.count ? "present" : "absent";
  const moved = reason === "weaker" || reason === "stronger";
  return { leading: stratum ?? more, changed: outcome === "removed" || outcome === "introduced" || moved };
}
