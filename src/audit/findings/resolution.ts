import type { Cell, Matrix } from "../schema.ts";

/** What is left to know of a row. */
export interface RowResolution {
  readonly base: string;
  /** Images of the row. */
  readonly images: number;
  /** Whether more images would change nothing: every cell is found, clear, or unresolved for a reason that they would not remove. */
  readonly settled: boolean;
  readonly unresolved: readonly {
    readonly downstream: string;
    readonly reason: Cell["reason"];
    /** About how many more images of the row it needs; null where more would not help, or nobody can say. */
    readonly moreImages: number | null;
  }[];
}

/** Why a cell is unresolved where more images would not change it. */
const settledReasons: ReadonlySet<NonNullable<Cell["reason"]>> = new Set([
  "blind",
  "saturated",
  "base-unreachable",
  "contradicted",
]);

/** Reads off a matrix which rows are resolved, in the order of the bases. */
export function resolutions(matrix: Matrix): RowResolution[] {
  return matrix.rows.map(({ base, selected }) => {
    const unresolved = matrix.cells.filter((cell) => cell.base === base && cell.state === "unresolved");
    return {
      base,
      images: selected,
      settled: unresolved.every(({ reason }) => reason !== null && settledReasons.has(reason)),
      unresolved: unresolved.map(({ downstream, reason, moreImages }) => ({ downstream, reason, moreImages })),
    };
  });
}
