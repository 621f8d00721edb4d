import type { CellReading } from "../../audit/reading.ts";
import type { Thresholds } from "../../audit/thresholds.ts";
import type { ReportData } from "../../report/data.ts";
import type { BaseDecomposition, Cell, CellEffect, Matrix } from "../../results/matrix-schema.ts";
import type { ShareFigure } from "../../words/share.ts";
import { type Measure, type Reading, type Statistic, type View, views } from "./address.ts";

/** A figure of a cell: value, interval, how many images, and which images these are. */
export interface Figure {
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
  readonly of: string;
}

/** The figure that a statistic asks for; `decisive` is the one that is quoted for the cell everywhere. */
export function figureOf(cell: Cell, statistic: Statistic): Figure {
  switch (statistic) {
    case "mean":
      return { value: cell.mean, ci: cell.ci, count: cell.count, of: "all images that moved" };
    case "present":
    case "absent":
      return { ...stratumOf(cell, statistic), of: wordsFor(cell, statistic) };
    case "ratio":
      return { ...cell.ratioOfMeans, of: "all counterfactuals, ratio of means" };
    case "decisive":
      return decidingOf(cell);
  }
}

function decidingOf(cell: Cell): Figure {
  const { stratum, mean, ci, count } = cell.deciding;
  return { value: mean, ci, count, of: stratum === null ? "all images that moved" : wordsFor(cell, stratum) };
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
  /** Matrices that this run has. */
  readonly views: readonly View[];
  /** Row and column of a name; −1 for a name that is not there. */
  rowOf(base: string): number;
  columnOf(downstream: string): number;
  cell(row: number, column: number): Cell | undefined;
  readonly thresholds: Thresholds;
  /** What the downstream feature does to the base; undefined where it has no effect. */
  effect(row: number, column: number): CellEffect | undefined;
  /** The base's decomposition; undefined where there is none. */
  decomposition(row: number): BaseDecomposition | undefined;
  /** The downstream concept's part of the base's direction. */
  share(row: number, column: number): ShareFigure | undefined;
  /** Where images lie that speak against what is said of a cell. */
  against(row: number, column: number): CellReading["against"];
  /** Coefficient of the partial regression. */
  coefficient(row: number, column: number): number | null;
  /** Mean similarity of the saliency maps. */
  similarity(measure: Measure, row: number, column: number): number | null;
  /** Whether a cell is a classifier with itself and says nothing: but a base has a share of its own concept in its direction. */
  isSelf(reading: Reading, row: number, column: number): boolean;
  /** What a reading shows in a cell. */
  value(reading: Reading, row: number, column: number): number | null;
}

/** Prepares the matrix for look-up. */
export function tableOf({ matrix, reading, thresholds }: Pick<ReportData, "matrix" | "reading" | "thresholds">): Table {
  const rows = placesOf(matrix.bases);
  const columns = placesOf(matrix.downstream);
  const size = rows.size * columns.size;
  const cells: (Cell | undefined)[] = new Array(size).fill(undefined);
  const readings: (CellReading | undefined)[] = new Array(size).fill(undefined);
  matrix.cells.forEach((cell, index) => {
    const row = rows.get(cell.base);
    const column = columns.get(cell.downstream);
    if (row === undefined || column === undefined) return;
    cells[row * columns.size + column] = cell;
    readings[row * columns.size + column] = reading.cells[index];
  });
  const placeOf = (row: number, column: number): number => (row < 0 || column < 0 ? -1 : row * columns.size + column);
  const readingAt = (row: number, column: number): CellReading | undefined => readings[placeOf(row, column)];
  const decomposed = new Map((matrix.decomposition ?? []).map((each) => [each.base, each]));
  const partial = new Map((matrix.partial ?? []).map((each) => [each.base, each.coefficients]));
  const maps = placesOf(matrix.saliencySimilarity?.names ?? []);

  const table: Table = {
    matrix,
    views: viewsOf(matrix),
    rowOf: (base) => rows.get(base) ?? -1,
    columnOf: (downstream) => columns.get(downstream) ?? -1,
    cell: (row, column) => cells[placeOf(row, column)],
    thresholds,
    effect: (row, column) => table.cell(row, column)?.effect ?? undefined,
    decomposition: (row) => decomposed.get(matrix.bases[row] ?? ""),
    share: (row, column) => readingAt(row, column)?.share ?? undefined,
    against: (row, column) => readingAt(row, column)?.against ?? "far",
    coefficient(row, column) {
      const about = partial.get(matrix.bases[row] ?? "");
      const downstream = matrix.downstream[column] ?? "";
      return about?.find((each) => each.downstream.includes(downstream))?.coefficient ?? null;
    },
    similarity(measure, row, column) {
      const a = maps.get(matrix.bases[row] ?? "");
      const b = maps.get(matrix.downstream[column] ?? "");
      if (a === undefined || b === undefined) return null;
      return matrix.saliencySimilarity?.[measure][a]?.[b] ?? null;
    },
    isSelf: ({ view }, row, column) =>
      matrix.bases[row] === matrix.downstream[column] && view !== "decomposition" && view !== "partial",
    value({ view, statistic, measure }, row, column) {
      switch (view) {
        case "prediction-correlation":
          return matrix.predictionCorrelation[row]?.[column] ?? null;
        case "label-correlation":
          return matrix.labelCorrelation[row]?.[column] ?? null;
        case "saliency-similarity":
          return table.similarity(measure, row, column);
        case "effect":
          return table.effect(row, column)?.value ?? null;
        case "decomposition":
          return table.share(row, column)?.share ?? null;
        case "partial":
          return table.coefficient(row, column);
        case "alignment": {
          const cell = table.cell(row, column);
          return cell === undefined ? null : figureOf(cell, statistic).value;
        }
      }
    },
  };
  return table;
}

function placesOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

/** Matrices that hold something, in their order. */
function viewsOf(matrix: Matrix): View[] {
  const some = (values: readonly (readonly (number | null)[])[]): boolean =>
    values.some((row) => row.some((value) => value !== null));
  const { decomposition, partial, saliencySimilarity: maps } = matrix;
  const has: Readonly<Record<View, boolean>> = {
    effect: matrix.cells.some(({ effect }) => effect !== null),
    alignment: true,
    decomposition: (decomposition ?? []).length > 0,
    partial: (partial ?? []).length > 0,
    "saliency-similarity": maps !== null && maps.count > 0,
    "prediction-correlation": some(matrix.predictionCorrelation),
    "label-correlation": some(matrix.labelCorrelation),
  };
  return views.filter((view) => has[view]);
}
