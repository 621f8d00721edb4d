import { useCallback, useMemo } from "react";
import type { ReportModel } from "../../report/data.ts";
import { type CellLook, lookOf } from "../parts/cell-look.ts";
import { Heatmap } from "../parts/heatmap.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import type { Reading, View } from "./address.ts";
import { CellTip } from "./cell-tip.tsx";
import { figureOf, type Table } from "./figures.ts";
import { doubtWords, stateWords } from "./words.ts";

interface Props {
  readonly table: Table;
  readonly models: readonly ReportModel[];
  readonly reading: Reading;
  readonly base: string | undefined;
  readonly downstream: string | undefined;
  readonly open: (base: string, downstream: string) => void;
}

const gridNames: Readonly<Record<View, string>> = {
  alignment: "Relative change",
  decomposition: "Share of the direction",
  partial: "Coefficient of the regression on predictions",
  "saliency-similarity": "Similarity of saliency maps",
  "prediction-correlation": "Correlation of predictions",
  "label-correlation": "Correlation of labels",
};

/** What a value of a matrix without states is called. */
const valueNames: Readonly<Record<Exclude<View, "alignment" | "decomposition">, string>> = {
  partial: "coefficient",
  "saliency-similarity": "similarity",
  "prediction-correlation": "correlation",
  "label-correlation": "correlation",
};

/** The matrix of a run, base by downstream, however it is read. */
export function AlignmentHeatmap({ table, models, reading, base, downstream, open }: Props) {
  const { bases, downstream: columns } = table.matrix;
  const rowAxis = useMemo(() => ({ names: bases, starts: groupStarts(bases, models), label: "base" }), [bases, models]);
  const columnAxis = useMemo(
    () => ({ names: columns, starts: groupStarts(columns, models), label: "downstream" }),
    [columns, models],
  );
  const look = useCallback((row: number, column: number) => cellLook(table, reading, row, column), [table, reading]);
  const row = base === undefined ? -1 : table.rowOf(base);
  const column = downstream === undefined ? -1 : table.columnOf(downstream);
  return (
    <Heatmap
      label={`${gridNames[reading.view]}, base by downstream`}
      rows={rowAxis}
      columns={columnAxis}
      look={look}
      tip={(row, column) => <CellTip table={table} reading={reading} row={row} column={column} />}
      selected={row < 0 || column < 0 ? undefined : { row, column }}
      open={(row, column) => {
        const [b, d] = [bases[row], columns[column]];
        if (b !== undefined && d !== undefined) open(b, d);
      }}
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
  if (reading.view !== "alignment") return { words: `${valueNames[reading.view]} ${value}`, classes: [] };
  const cell = table.cell(row, column);
  if (cell === undefined) return { words: value, classes: [] };
  const figure = figureOf(cell, reading.statistic);
  const ci = range(figure.ci);
  const doubted = doubtWords(cell).map((words) => `, ${words}`);
  return {
    words: `${value}${ci === undefined ? "" : `, interval ${ci}`}, ${plural(figure.count, "image")}, ${stateWords(cell)}${doubted.join("")}`,
    classes: [
      cell.sameConcept ? "own" : (cell.state ?? "unjudged"),
      ...(cell.doubts.rejected ? ["rejected"] : []),
      ...(cell.doubts.withinNoise ? ["noise"] : []),
    ],
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
