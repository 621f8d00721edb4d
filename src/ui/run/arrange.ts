import type { ReportData } from "../../report/data.ts";
import type { Arrangement, Reading } from "./address.ts";
import type { Table } from "./figures.ts";

/** Places of the rows and columns that are shown, in their order. */
export interface Arranged {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Whether they stand as in the run, so that its groups do. */
  readonly asGiven: { readonly rows: boolean; readonly columns: boolean };
}

/** Filters and orders the rows and columns of a matrix; only sorting by one of them depends on what the matrix shows. */
export function arranged(
  report: Pick<ReportData, "matrix" | "findings" | "reading">,
  table: Table,
  reading: Reading,
  arrangement: Arrangement,
): Arranged {
  const { matrix, findings } = report;
  const { rows, columns } = report.reading.orders;
  const { order, rowsBy, columnsBy } = arrangement;
  const found =
    arrangement.only === "findings"
      ? {
          rows: new Set(findings.map(({ base }) => base)),
          columns: new Set(findings.map(({ downstream }) => downstream)),
        }
      : undefined;
  const [byColumn, byRow] = [table.columnOf(rowsBy ?? ""), table.rowOf(columnsBy ?? "")];
  return {
    rows: placesOf(matrix.bases, {
      order: { given: undefined, name: byName(matrix.bases), ...rows }[order],
      keep: keeps(arrangement.rows, found?.rows),
      value: byColumn < 0 ? undefined : (row) => table.value(reading, row, byColumn),
    }),
    columns: placesOf(matrix.downstream, {
      order: { given: undefined, name: byName(matrix.downstream), ...columns }[order],
      keep: keeps(arrangement.columns, found?.columns),
      value: byRow < 0 ? undefined : (column) => table.value(reading, byRow, column),
    }),
    asGiven: { rows: order === "given" && byColumn < 0, columns: order === "given" && byRow < 0 },
  };
}

function placesOf(
  names: readonly string[],
  asked: {
    readonly order: readonly number[] | undefined;
    keep(name: string): boolean;
    readonly value: ((place: number) => number | null) | undefined;
  },
): number[] {
  const { order = names.map((_, place) => place), keep, value } = asked;
  const shown = order.filter((place) => keep(names[place] ?? ""));
  if (value === undefined) return shown;
  const key = (place: number): number => value(place) ?? Number.NEGATIVE_INFINITY;
  // Not a difference: of two without a value there is none.
  return shown.sort((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? 1 : -1));
}

/** Whether a name has one of the parts that are looked for. */
function keeps(search: string | undefined, found: ReadonlySet<string> | undefined): (name: string) => boolean {
  const parts = (search ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return (name) =>
    (found === undefined || found.has(name)) &&
    (parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part)));
}

function byName(names: readonly string[]): number[] {
  return names
    .map((_, place) => place)
    .sort((a, b) => (names[a] ?? "").localeCompare(names[b] ?? "", "en", { numeric: true }));
}
