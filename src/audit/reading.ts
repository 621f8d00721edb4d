import type { Cell, Matrix, Witness } from "../results/matrix-schema.ts";
import { similarOrder } from "../statistics/clustering.ts";
import type { ShareFigure } from "../words/share.ts";
import { lostTo } from "./cells/survival.ts";
import { shareOf } from "./decomposition/share-of.ts";
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
  /** Columns by what their cells say of the base: what it uses (the largest first), what it does not use, and what could not be told. */
  readonly used: readonly number[];
  readonly clear: readonly number[];
  readonly untold: readonly number[];
}

/** Orders of the rows or columns of a matrix, as places in it. */
export interface AxisOrders {
  /** Those with similar cells together. */
  readonly similar: readonly number[];
  /** Those with the most found cells first; of as many, the one with the largest. */
  readonly found: readonly number[];
}

/** Readings in the order of a matrix's cells and rows. */
export interface MatrixReading {
  readonly cells: readonly CellReading[];
  readonly rows: readonly RowReading[];
  readonly orders: { readonly rows: AxisOrders; readonly columns: AxisOrders };
}

/** Reads a matrix, so that who shows them need not judge. */
export function readMatrix(matrix: Matrix, thresholds: Thresholds): MatrixReading {
  return {
    cells: matrix.cells.map((cell) => ({
      share: shareOf(matrix.decomposition, cell) ?? null,
      against: againstOf(cell),
    })),
    rows: matrix.rows.map((row) => {
      const explained = matrix.decomposition?.find(({ base }) => base === row.base)?.explained.value;
      return {
        lostTo: lostTo(row, thresholds.minSurvival),
        barelyExplained: explained !== undefined && explained < thresholds.minExplained,
        ...columnsOf(matrix, row.base),
      };
    }),
    orders: {
      rows: axisOrders(matrix, { own: matrix.bases, others: matrix.downstream, of: "base" }),
      columns: axisOrders(matrix, { own: matrix.downstream, others: matrix.bases, of: "downstream" }),
    },
  };
}

/** The columns of a row by what is known of them. What the judge rejects was not found. */
function columnsOf({ cells, downstream }: Matrix, base: string): Pick<RowReading, "used" | "clear" | "untold"> {
  const own = cells.filter((cell) => cell.base === base && !cell.sameConcept);
  const size = ({ effect, deciding }: Cell): number => Math.abs(effect?.value ?? deciding.mean ?? 0);
  const places = (some: readonly Cell[]): number[] => some.map((cell) => downstream.indexOf(cell.downstream));
  const used = own.filter(({ state, rejected }) => state === "found" && !rejected);
  return {
    used: places(used.toSorted((a, b) => size(b) - size(a))),
    clear: places(own.filter(({ state }) => state === "clear")),
    untold: places(own.filter(({ state, rejected }) => state === "unresolved" || (state === "found" && rejected))),
  };
}

/** A found cell moves one way, a concept falls with itself, any other cell stays where it is. */
function againstOf({ state, sameConcept, deciding }: Cell): CellReading["against"] {
  if (sameConcept) return "low";
  if (state !== "found") return "far";
  return (deciding.mean ?? 0) > 0 ? "low" : "high";
}

/** Distance of two rows without a column in common: as of opposite ones. */
const farthest = 2;

/** Orders of one axis. Cells of one concept say nothing about what goes with what, and rejected ones count for nothing. */
function axisOrders(
  { cells }: Matrix,
  axis: { readonly own: readonly string[]; readonly others: readonly string[]; readonly of: "base" | "downstream" },
): AxisOrders {
  const { own, others, of } = axis;
  const [places, across] = [placesOf(own), placesOf(others)];
  const values = own.map(() => new Array<number | undefined>(others.length));
  const found = own.map(() => ({ count: 0, largest: 0 }));
  for (const cell of cells) {
    const place = places.get(cell[of]);
    const other = across.get(cell[of === "base" ? "downstream" : "base"]);
    const { mean } = cell.deciding;
    if (place === undefined || other === undefined || mean === null || cell.sameConcept) continue;
    (values[place] as (number | undefined)[])[other] = Math.min(1, Math.max(-1, mean));
    if (cell.state !== "found" || cell.rejected) continue;
    const before = found[place] as (typeof found)[number];
    found[place] = { count: before.count + 1, largest: Math.max(before.largest, Math.abs(mean)) };
  }
  const foundAt = (place: number) => found[place] as (typeof found)[number];
  return {
    similar: similarOrder(own.length, (a, b) => distance(values[a] ?? [], values[b] ?? [])),
    found: own
      .map((_, place) => place)
      .sort((a, b) => foundAt(b).count - foundAt(a).count || foundAt(b).largest - foundAt(a).largest),
  };
}

/** Root mean square difference over what both have. */
function distance(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number {
  let [sum, count] = [0, 0];
  for (const [place, value] of a.entries()) {
    const other = b[place];
    if (value === undefined || other === undefined) continue;
    sum += (value - other) ** 2;
    count += 1;
  }
  return count === 0 ? farthest : Math.sqrt(sum / count);
}

function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, place) => [name, place]));
}
