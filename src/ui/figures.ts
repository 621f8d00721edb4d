import type { Cell, Matrix } from "../audit/schema.ts";
import type { ReportData } from "../report/data.ts";
import type { Statistic, View } from "./address.ts";

/** A figure of a cell: value, interval, how many images, and which images these are. */
export interface Figure {
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
  readonly of: string;
}

/** Fewest images on which a stratum is judged at all. */
const enough = 10;

/** The figure that a statistic asks for. `decisive` is the stratum that decided; without one, present images where there are enough, else all. */
export function figureOf(cell: Cell, statistic: Statistic): Figure {
  switch (statistic) {
    case "mean":
      return { value: cell.mean, ci: cell.ci, count: cell.count, of: "all images that moved" };
    case "present":
    case "absent":
      return { ...stratumOf(cell, statistic), of: wordsFor(cell, statistic) };
    case "ratio":
      return { ...cell.ratioOfMeans, of: "all counterfactuals, ratio of means" };
    case "decisive": {
      if (cell.stratum !== null) return figureOf(cell, cell.stratum);
      if (cell.present.count >= enough && cell.present.mean !== null) return figureOf(cell, "present");
      return figureOf(cell, cell.mean === null && cell.present.mean !== null ? "present" : "mean");
    }
  }
}

function stratumOf(cell: Cell, stratum: "present" | "absent"): Omit<Figure, "of"> {
  const { mean, ci, count } = cell[stratum];
  return { value: mean, ci, count };
}

function wordsFor(cell: Cell, stratum: "present" | "absent"): string {
  return stratum === "present" ? `images with ${cell.downstream}` : `images without ${cell.downstream}`;
}

/** The matrix by row and column, and where every name stands. */
export interface Table {
  readonly matrix: Matrix;
  /** Row and column of a name; −1 for a name that is not there. */
  rowOf(base: string): number;
  columnOf(downstream: string): number;
  cell(row: number, column: number): Cell | undefined;
  /** What a view shows in a cell. */
  value(view: View, statistic: Statistic, row: number, column: number): number | null;
}

/** Prepares the matrix for look-up. */
export function tableOf({ matrix }: ReportData): Table {
  const rows = new Map(matrix.bases.map((name, index) => [name, index]));
  const columns = new Map(matrix.downstream.map((name, index) => [name, index]));
  const cells: (Cell | undefined)[] = new Array(rows.size * columns.size).fill(undefined);
  for (const cell of matrix.cells) {
    const row = rows.get(cell.base);
    const column = columns.get(cell.downstream);
    if (row !== undefined && column !== undefined) cells[row * columns.size + column] = cell;
  }
  const cellAt = (row: number, column: number): Cell | undefined => cells[row * columns.size + column];
  return {
    matrix,
    rowOf: (base) => rows.get(base) ?? -1,
    columnOf: (downstream) => columns.get(downstream) ?? -1,
    cell: cellAt,
    value(view, statistic, row, column) {
      if (view === "prediction-correlation") return matrix.predictionCorrelation[row]?.[column] ?? null;
      if (view === "label-correlation") return matrix.labelCorrelation[row]?.[column] ?? null;
      const cell = cellAt(row, column);
      return cell === undefined ? null : figureOf(cell, statistic).value;
    },
  };
}
