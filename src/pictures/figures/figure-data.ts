import type { Cell, Finding, Matrix } from "../../results/matrix-schema.ts";
import type { IntervalRow } from "../interval-plot.ts";
import type { CellMark, DrawnCell, DrawnMatrix } from "../matrix-figure.ts";

/** What a figure shows of cells: what features do to a base, or what moves with it. */
export type FigureView = "effect" | "alignment";

const viewWords = {
  effect: ["Effects of features (columns) on classifiers (rows)", "effect of a feature (columns) on a base (rows)"],
  alignment: [
    "Alignment matrix: relative change of downstream classifiers (columns) when a base (row) is lowered",
    "relative change, base (rows) to downstream (columns)",
  ],
} as const;

/** What the page of a run shows first: effects, where it has some. */
export function firstView({ cells }: Matrix): FigureView {
  return cells.some(({ effect }) => effect !== null) ? "effect" : "alignment";
}

/** The figure of a cell in a view; undefined where it has none. */
function figureOf({ effect, deciding }: Cell, view: FigureView) {
  const { value, ci } =
    view === "effect" ? (effect ?? { value: null, ci: null }) : { ...deciding, value: deciding.mean };
  return value === null ? undefined : { value, ci };
}

/** A matrix as it is drawn. `found`: its findings, for the cells that were expected. */
export function drawnMatrix(matrix: Matrix, found: readonly Finding[], view: FigureView): DrawnMatrix {
  const key = (base: string, downstream: string): string => JSON.stringify([base, downstream]);
  const cells = new Map(matrix.cells.map((cell) => [key(cell.base, cell.downstream), cell]));
  const expected = new Set(
    found.filter(({ group }) => group === "expected").map(({ base, downstream }) => key(base, downstream)),
  );
  return {
    title: viewWords[view][0],
    rows: matrix.bases,
    columns: matrix.downstream,
    label: viewWords[view][1],
    cells: matrix.bases.map((base) =>
      matrix.downstream.map((downstream): DrawnCell => {
        if (base === downstream) return { value: undefined, mark: "self" };
        const cell = cells.get(key(base, downstream));
        const figure = cell && figureOf(cell, view);
        if (cell === undefined || figure === undefined) return { value: undefined };
        const mark = expected.has(key(base, downstream)) ? "expected" : markOf(cell);
        return { value: figure.value, ...(mark === undefined ? {} : { mark }) };
      }),
    ),
  };
}

function markOf({ sameConcept, state, rejected }: Cell): CellMark | undefined {
  if (sameConcept) return "own";
  if (state === "found") return rejected ? "rejected" : "found";
  return state === "unresolved" ? "unresolved" : undefined;
}

/** Figures of a base's cells that are judged, largest first. */
export function intervalRows(
  matrix: Matrix,
  { base, most, view }: { readonly base: string; readonly most: number; readonly view: FigureView },
): IntervalRow[] {
  return matrix.cells
    .flatMap((cell) => {
      const figure = cell.base === base && !cell.sameConcept ? figureOf(cell, view) : undefined;
      return figure === undefined ? [] : [{ cell, ...figure }];
    })
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, most)
    .map(({ cell: { downstream, state }, value, ci }) => ({
      name: downstream,
      points: [{ value, ci, kind: 0, ...(state === null ? {} : { state }) }],
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
