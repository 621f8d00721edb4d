import { lostTo } from "./cells/survival.ts";
import { type ShareFigure, shareOf } from "./decomposition/share-of.ts";
import type { Cell, Matrix, Witness } from "./schema.ts";
import type { Thresholds } from "./thresholds.ts";

/** What is to be read in a cell beside its own figures. */
export interface CellReading {
  /** The downstream concept's part of the base's direction; null where it is not known. */
  readonly share: ShareFigure | null;
  /** Where the relative changes lie that speak against what is said of the cell: below, above, or on both sides far from 0. */
  readonly against: "low" | "high" | "far";
}

/** How the row of a base is to be read. */
export interface RowReading {
  /** Perturbations (and "judge") after which too little of the base's fall is left. */
  readonly lostTo: readonly Witness[];
  /** Whether the concepts explain so little of the direction that a feature none of them knows may be at work. */
  readonly barelyExplained: boolean;
}

/** Readings in the order of a matrix's cells and rows. */
export interface MatrixReading {
  readonly cells: readonly CellReading[];
  readonly rows: readonly RowReading[];
}

/** Reads a matrix, so that who shows them need not judge. */
export function readMatrix(matrix: Matrix, thresholds: Thresholds): MatrixReading {
  const decomposed = new Map((matrix.decomposition ?? []).map((each) => [each.base, each]));
  return {
    cells: matrix.cells.map((cell) => ({
      share: shareOf(decomposed.get(cell.base), cell.downstream) ?? null,
      against: againstOf(cell),
    })),
    rows: matrix.rows.map((row) => {
      const explained = decomposed.get(row.base)?.explained.value;
      return {
        lostTo: lostTo(row, thresholds.minSurvival),
        barelyExplained: explained !== undefined && explained < thresholds.minExplained,
      };
    }),
  };
}

/** A found cell moves one way, a concept falls with itself, any other cell stays where it is. */
function againstOf({ state, sameConcept, deciding }: Cell): CellReading["against"] {
  if (sameConcept) return "low";
  if (state !== "found") return "far";
  return (deciding.mean ?? 0) > 0 ? "low" : "high";
}
