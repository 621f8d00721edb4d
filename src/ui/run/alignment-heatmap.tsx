import { useCallback, useMemo } from "react";
import type { ReportModel } from "../../report/data.ts";
import { rejectedWords, stateWords } from "../../words/cell.ts";
import { type CellLook, lookOf } from "../parts/cell-look.ts";
import { Heatmap } from "../parts/heatmap.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import { type Address, type Reading, type View, withView } from "./address.ts";
import type { Arranged } from "./arrange.ts";
import { CellTip } from "./cell-tip.tsx";
import { figureOf, type Table } from "./figures.ts";

interface Props {
  readonly table: Table;
  readonly models: readonly ReportModel[];
  readonly reading: Reading;
  readonly base: string | undefined;
  readonly downstream: string | undefined;
  readonly arranged: Arranged;
  readonly address: Address;
  readonly go: (next: Address, replace?: boolean) => void;
  readonly open: (base: string, downstream: string) => void;
}

const gridNames: Readonly<Record<View, string>> = {
  effect: "Effect on the prediction",
  alignment: "Relative change",
  decomposition: "Share of the direction",
  partial: "Coefficient of the regression on predictions",
  "saliency-similarity": "Similarity of saliency maps",
  "prediction-correlation": "Correlation of predictions",
  "label-correlation": "Correlation of labels",
};

/** What a value of a matrix without states is called. */
const valueNames: Readonly<Record<Exclude<View, "effect" | "alignment" | "decomposition">, string>> = {
  partial: "coefficient",
  "saliency-similarity": "similarity",
  "prediction-correlation": "correlation",
  "label-correlation": "correlation",
};

/** The matrix of a run, base by downstream, however it is read and arranged. */
export function AlignmentHeatmap(props: Props) {
  const { table, models, reading, base, downstream, arranged, address, go, open } = props;
  const { rows, columns, asGiven } = arranged;
  const rowAxis = useMemo(() => {
    const names = rows.map((place) => table.matrix.bases[place] ?? "");
    return { names, label: "base", ...(asGiven.rows ? { starts: groupStarts(names, models) } : {}) };
  }, [table, rows, asGiven.rows, models]);
  const columnAxis = useMemo(() => {
    const names = columns.map((place) => table.matrix.downstream[place] ?? "");
    return { names, label: "downstream", ...(asGiven.columns ? { starts: groupStarts(names, models) } : {}) };
  }, [table, columns, asGiven.columns, models]);
  const look = useCallback(
    (row: number, column: number) => cellLook(table, reading, rows[row] ?? -1, columns[column] ?? -1),
    [table, reading, rows, columns],
  );
  const row = base === undefined ? -1 : rowAxis.names.indexOf(base);
  const column = downstream === undefined ? -1 : columnAxis.names.indexOf(downstream);
  const { rowsBy, columnsBy, ...rest } = address;
  const sort = (axis: "rows" | "columns", by: number): void => {
    const name = (axis === "rows" ? columnAxis : rowAxis).names[by];
    const now = { rowsBy, columnsBy };
    const key = axis === "rows" ? "rowsBy" : "columnsBy";
    const next = { ...now, [key]: now[key] === name ? undefined : name };
    const given = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
    go({ ...rest, ...given }, true);
  };
  const placeOf = (names: readonly string[], name: string | undefined): number | undefined =>
    name === undefined ? undefined : names.indexOf(name);
  return (
    <Heatmap
      label={`${gridNames[reading.view]}, base by downstream`}
      rows={rowAxis}
      columns={columnAxis}
      look={look}
      tip={(row, column) => (
        <CellTip table={table} reading={reading} row={rows[row] ?? -1} column={columns[column] ?? -1} />
      )}
      selected={row < 0 || column < 0 ? undefined : { row, column }}
      open={(row, column) => {
        const [b, d] = [rowAxis.names[row], columnAxis.names[column]];
        if (b !== undefined && d !== undefined) open(b, d);
      }}
      sort={sort}
      sorted={{ rows: placeOf(columnAxis.names, rowsBy), columns: placeOf(rowAxis.names, columnsBy) }}
      flick={(step) => {
        const { views } = table;
        const at = views.indexOf(reading.view) + step + views.length;
        go(withView(address, views[at % views.length] ?? reading.view, views), true);
      }}
      dense={address.cells === "fit"}
    />
  );
}

/** Sign, strength of the colour, and state. */
function cellLook(table: Table, reading: Reading, row: number, column: number): CellLook {
  const [base, downstream] = [table.matrix.bases[row] ?? "", table.matrix.downstream[column] ?? ""];
  const pair = `${base}, ${downstream}`;
  const value = table.value(reading, row, column);
  const look = lookOf(pair, value, stateOf(table, reading, row, column));
  // A classifier with itself is 1 by definition: no number, no colour of a state.
  return table.isSelf(reading, row, column) ? { ...look, text: "", className: "self" } : look;
}

function stateOf(table: Table, reading: Reading, row: number, column: number): { words: string; classes: string[] } {
  const value = decimal(table.value(reading, row, column));
  if (reading.view === "decomposition") {
    const share = table.share(row, column);
    const ci = range(share?.ci);
    const together = share?.together == null ? "" : `, with ${share.together.join(" and ")}`;
    return {
      words: `share ${value}${ci === undefined ? "" : `, interval ${ci}`}, ${share?.state ?? "not judged"}${together}`,
      classes: [share?.state ?? "unjudged"],
    };
  }
  if (reading.view !== "effect" && reading.view !== "alignment")
    return { words: `${valueNames[reading.view]} ${value}`, classes: [] };
  const cell = table.cell(row, column);
  if (cell === undefined) return { words: value, classes: [] };
  if (reading.view === "effect") {
    const { ci, count = 0 } = cell.effect ?? {};
    const interval = range(ci);
    return {
      words: `effect ${value}${interval === undefined ? "" : `, interval ${interval}`}, ${plural(count, "edited image")}, ${stateWords(cell)}`,
      classes: [cell.state ?? "unjudged"],
    };
  }
  const figure = figureOf(cell, reading.statistic);
  const ci = range(figure.ci);
  return {
    words: `${value}${ci === undefined ? "" : `, interval ${ci}`}, ${plural(figure.count, "image")}, ${stateWords(cell)}${rejectedWords(cell)}`,
    classes: [cell.sameConcept ? "own" : (cell.state ?? "unjudged"), ...(cell.rejected ? ["rejected"] : [])],
  };
}

/** Places in a list of classifiers where another group begins: targets of a model with several, then models with one. */
function groupStarts(names: readonly string[], models: readonly ReportModel[]): Set<number> {
  const known = new Set(models.map((model) => model.name));
  const groupOf = (name: string): string => {
    if (known.has(name)) return "one";
    const slash = name.indexOf("/");
    return slash > 0 && known.has(name.slice(0, slash)) ? name.slice(0, slash) : "bare";
  };
  return new Set(names.flatMap((name, at) => (at > 0 && groupOf(name) !== groupOf(names[at - 1] ?? "") ? [at] : [])));
}
