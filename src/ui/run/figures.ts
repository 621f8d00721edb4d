import type { BaseDecomposition, Cell, Finding, Matrix } from "../../audit/schema.ts";
import type { ReportData } from "../../report/data.ts";
import { type Measure, type Reading, type Statistic, type View, views } from "../shell/address.ts";

/** A figure of a cell: value, interval, how many images, and which images these are. */
export interface Figure {
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
  readonly of: string;
}

/** The figure that a statistic asks for. `decisive` is the stratum that decided; without one, present images where there are enough, else all. */
function figureOf(cell: Cell, statistic: Statistic, minCount: number): Figure {
  switch (statistic) {
    case "mean":
      return { value: cell.mean, ci: cell.ci, count: cell.count, of: "all images that moved" };
    case "present":
    case "absent":
      return { ...stratumOf(cell, statistic), of: wordsFor(cell, statistic) };
    case "ratio":
      return { ...cell.ratioOfMeans, of: "all counterfactuals, ratio of means" };
    case "decisive": {
      if (cell.stratum !== null) return figureOf(cell, cell.stratum, minCount);
      if (cell.present.count >= minCount && cell.present.mean !== null) return figureOf(cell, "present", minCount);
      return figureOf(cell, cell.mean === null && cell.present.mean !== null ? "present" : "mean", minCount);
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

/** A concept's part of a base's direction, as a cell shows it. */
export interface ShareFigure {
  readonly share: number;
  readonly ci: readonly [number, number] | null;
  /** Of the share, or of the group of collinear concepts that is judged as one. */
  readonly state: Cell["state"];
  /** Concepts of that group; undefined for a concept of its own. */
  readonly together: readonly string[] | undefined;
}

/** What speaks against a found cell. */
export interface Doubts {
  /** The judge does not see it. */
  readonly unconfirmed: boolean;
  /** z is below that of a finding. */
  readonly withinNoise: boolean;
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
  /** The figure of a cell that a statistic asks for. */
  figure(cell: Cell, statistic: Statistic): Figure;
  /** z below which a found cell could be noise of the latent space. */
  readonly minScore: number;
  doubts(row: number, column: number): Doubts;
  /** The base's decomposition; undefined where there is none. */
  decomposition(row: number): BaseDecomposition | undefined;
  share(row: number, column: number): ShareFigure | undefined;
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
export function tableOf({ matrix, findings, thresholds }: ReportData): Table {
  const rows = placesOf(matrix.bases);
  const columns = placesOf(matrix.downstream);
  const cells: (Cell | undefined)[] = new Array(rows.size * columns.size).fill(undefined);
  for (const cell of matrix.cells) {
    const row = rows.get(cell.base);
    const column = columns.get(cell.downstream);
    if (row !== undefined && column !== undefined) cells[row * columns.size + column] = cell;
  }
  const cellAt = (row: number, column: number): Cell | undefined => cells[row * columns.size + column];
  const unconfirmed = new Set(findings.filter((finding) => finding.unconfirmed).map(keyOf));
  const decomposed = new Map((matrix.decomposition ?? []).map((each) => [each.base, each]));
  const partial = new Map((matrix.partial ?? []).map((each) => [each.base, each.coefficients]));
  const maps = placesOf(matrix.saliencySimilarity?.names ?? []);

  const table: Table = {
    matrix,
    views: viewsOf(matrix),
    rowOf: (base) => rows.get(base) ?? -1,
    columnOf: (downstream) => columns.get(downstream) ?? -1,
    cell: cellAt,
    figure: (cell, statistic) => figureOf(cell, statistic, thresholds.minCount),
    minScore: thresholds.minScore,
    doubts(row, column) {
      const cell = cellAt(row, column);
      if (cell?.state !== "found") return { unconfirmed: false, withinNoise: false };
      return {
        unconfirmed: unconfirmed.has(keyOf(cell)),
        withinNoise: cell.z !== null && cell.z < thresholds.minScore,
      };
    },
    decomposition: (row) => decomposed.get(matrix.bases[row] ?? ""),
    share: (row, column) => shareOf(decomposed.get(matrix.bases[row] ?? ""), matrix.downstream[column] ?? ""),
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
        case "decomposition":
          return table.share(row, column)?.share ?? null;
        case "partial":
          return table.coefficient(row, column);
        case "alignment": {
          const cell = cellAt(row, column);
          return cell === undefined ? null : table.figure(cell, statistic).value;
        }
      }
    },
  };
  return table;
}

function placesOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

function keyOf({ base, downstream }: Pick<Cell, "base" | "downstream"> | Finding): string {
  return JSON.stringify([base, downstream]);
}

/** Matrices that hold something, in their order. */
function viewsOf(matrix: Matrix): View[] {
  const some = (values: readonly (readonly (number | null)[])[]): boolean =>
    values.some((row) => row.some((value) => value !== null));
  const { decomposition, partial, saliencySimilarity: maps } = matrix;
  const has: Readonly<Record<View, boolean>> = {
    alignment: true,
    decomposition: (decomposition ?? []).length > 0,
    partial: (partial ?? []).length > 0,
    "saliency-similarity": maps !== null && maps.count > 0,
    "prediction-correlation": some(matrix.predictionCorrelation),
    "label-correlation": some(matrix.labelCorrelation),
  };
  return views.filter((view) => has[view]);
}

function shareOf(decomposition: BaseDecomposition | undefined, downstream: string): ShareFigure | undefined {
  const own = decomposition?.shares.find((each) => each.downstream.includes(downstream));
  if (decomposition === undefined || own === undefined) return undefined;
  const group = own.state === null ? decomposition.groups.find((each) => each.group === own.group) : undefined;
  return { share: own.share, ci: own.ci, state: group?.state ?? own.state, together: group?.concepts };
}
