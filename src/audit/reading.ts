import { lostTo } from "./cells/survival.ts";
import { type ShareFigure, shareOf } from "./decomposition/share-of.ts";
import type { Matrix, Witness } from "./schema.ts";
import type { Thresholds } from "./thresholds.ts";

/** What is to be read in a cell beside its own figures. */
export interface CellReading {
  /** The downstream concept's part of the base's direction; null where it is not known. */
  readonly share: ShareFigure | null;
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
    cells: matrix.cells.map((cell) => ({ share: shareOf(decomposed.get(cell.base), cell.downstream) ?? null })),
    rows: matrix.rows.map((row) => {
      const explained = decomposed.get(row.base)?.explained.value;
      return {
        lostTo: lostTo(row, thresholds.minSurvival),
        barelyExplained: explained !== undefined && explained < thresholds.minExplained,
      };
    }),
  };
}
