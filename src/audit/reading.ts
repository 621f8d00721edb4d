import { lostTo } from "./cells/survival.ts";
import { type ShareFigure, shareOf } from "./decomposition/share-of.ts";
import type { Cell, Finding, Matrix, Witness } from "./schema.ts";
import type { Thresholds } from "./thresholds.ts";

/** How a cell is to be read by who shows it. */
export interface CellReading {
  /** Images whose figures stand for the cell: of the stratum that decided; without one, with the feature where there are enough, else all. */
  readonly leading: "present" | "absent" | "all";
  /** What speaks against a found cell: the judge does not see it, or z is below that of a finding. */
  readonly unconfirmed: boolean;
  readonly withinNoise: boolean;
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

/** Reads a matrix and its findings, so that who shows them need not judge. */
export function readMatrix(matrix: Matrix, findings: readonly Finding[], thresholds: Thresholds): MatrixReading {
  const keyOf = ({ base, downstream }: Pick<Cell, "base" | "downstream">): string => JSON.stringify([base, downstream]);
  const doubted = new Set(findings.filter(({ unconfirmed }) => unconfirmed).map(keyOf));
  const decomposed = new Map((matrix.decomposition ?? []).map((each) => [each.base, each]));
  return {
    cells: matrix.cells.map((cell) => {
      const found = cell.state === "found";
      return {
        leading: leadingOf(cell, thresholds.minCount),
        unconfirmed: found && doubted.has(keyOf(cell)),
        withinNoise: found && cell.z !== null && cell.z < thresholds.minScore,
        share: shareOf(decomposed.get(cell.base), cell.downstream) ?? null,
      };
    }),
    rows: matrix.rows.map((row) => {
      const explained = decomposed.get(row.base)?.explained.value;
      return {
        lostTo: lostTo(row, thresholds.minSurvival),
        barelyExplained: explained !== undefined && explained < thresholds.minExplained,
      };
    }),
  };
}

function leadingOf({ stratum, present }: Cell, minCount: number): CellReading["leading"] {
  if (stratum !== null) return stratum;
  return present.count >= minCount && present.mean !== null ? "present" : "all";
}
