import type { Cell, Finding, Matrix } from "../../results/matrix-schema.ts";
import type { IntervalRow } from "../interval-plot.ts";
import type { CellMark, DrawnCell, DrawnMatrix } from "../matrix-figure.ts";

/** The alignment matrix as it is drawn. `found`: its findings, for the cells that were expected. */
export function drawnMatrix(matrix: Matrix, found: readonly Finding[]): DrawnMatrix {
  const key = (base: string, downstream: string): string => JSON.stringify([base, downstream]);
  const cells = new Map(matrix.cells.map((cell) => [key(cell.base, cell.downstream), cell]));
  const expected = new Set(
    found.filter(({ group }) => group === "expected").map(({ base, downstream }) => key(base, downstream)),
  );
  return {
    title: "Alignment matrix: relative change of downstream classifiers (columns) when a base (row) is lowered",
    rows: matrix.bases,
    columns: matrix.downstream,
    label: "relative change, base (rows) to downstream (columns)",
    cells: matrix.bases.map((base) =>
      matrix.downstream.map((downstream): DrawnCell => {
        const cell = cells.get(key(base, downstream));
        if (cell === undefined || cell.deciding.mean === null) return { value: undefined };
        const mark = expected.has(key(base, downstream)) ? "expected" : markOf(cell);
        return { value: cell.deciding.mean, ...(mark === undefined ? {} : { mark }) };
      }),
    ),
  };
}

function markOf({ sameConcept, state, rejected }: Cell): CellMark | undefined {
  if (sameConcept) return "own";
  if (state === "found") return rejected ? "rejected" : "found";
  return state === "unresolved" ? "unresolved" : undefined;
}

/** Relative changes of what a base moves, largest first: the cells that are judged. */
export function intervalRows(matrix: Matrix, base: string, most: number): IntervalRow[] {
  return matrix.cells
    .filter((cell) => cell.base === base && !cell.sameConcept && cell.deciding.mean !== null)
    .sort((a, b) => Math.abs(b.deciding.mean ?? 0) - Math.abs(a.deciding.mean ?? 0))
    .slice(0, most)
    .map(({ downstream, deciding: { mean, ci }, state }) => ({
      name: downstream,
      points: [{ value: mean ?? 0, ci, kind: 0, ...(state === null ? {} : { state }) }],
    }));
}

/** Ends and ticks of an axis that holds intervals: halves, from 0 at least to one of them at either side. */
export function intervalAxis(rows: readonly IntervalRow[]): {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
} {
  const values = rows.flatMap(({ points }) => points.flatMap(({ value, ci }) => [value, ...(ci ?? [])]));
  const low = Math.max(-2, Math.floor(Math.min(-0.2, ...values) * 2) / 2);
  const high = Math.min(2, Math.ceil(Math.max(0.2, ...values) * 2) / 2);
  return {
    domain: [low, high],
    ticks: Array.from({ length: Math.round((high - low) * 2) + 1 }, (_, index) => low + index / 2),
  };
}
