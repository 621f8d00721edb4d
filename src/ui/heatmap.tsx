import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { Cell } from "../audit/schema.ts";
import type { ReportModel } from "../report/data.ts";
import type { Statistic, View } from "./address.ts";
import { figureOf, type Table } from "./figures.ts";
import { decimal, narrow, plural, range } from "./numbers.ts";
import { Tip } from "./tip.tsx";
import { stateWords } from "./words.ts";

interface Props {
  readonly table: Table;
  readonly models: readonly ReportModel[];
  readonly view: View;
  readonly statistic: Statistic;
  readonly base: string | undefined;
  readonly downstream: string | undefined;
  readonly open: (base: string, downstream: string) => void;
}

/** Where the pointer or the focus is. */
interface Spot {
  readonly row: number;
  readonly column: number;
  readonly element: HTMLElement;
}

/** The matrix as a grid: one tab stop, arrow keys between cells, Enter opens; figures on hover and focus. */
export function Heatmap({ table, models, view, statistic, base, downstream, open }: Props) {
  const grid = useRef<HTMLTableElement>(null);
  const [spot, setSpot] = useState<Spot>();
  const { bases, downstream: columns } = table.matrix;
  const selectedRow = base === undefined ? -1 : table.rowOf(base);
  const selectedColumn = downstream === undefined ? -1 : table.columnOf(downstream);

  // One cell is in the tab order: the open one, else the first; after that where the keys went last.
  useEffect(() => {
    const cell = cellElement(grid.current, Math.max(0, selectedRow), Math.max(0, selectedColumn));
    if (cell !== null) makeTabStop(grid.current, cell);
    for (const old of grid.current?.querySelectorAll("[aria-selected=true]") ?? []) {
      old.removeAttribute("aria-selected");
    }
    if (selectedRow >= 0 && selectedColumn >= 0) cell?.setAttribute("aria-selected", "true");
  }, [selectedRow, selectedColumn]);

  // Headers of the row and column under the pointer stand out.
  useEffect(() => {
    const hot = [
      grid.current?.querySelector(`th[data-row="${spot?.row}"]`),
      grid.current?.querySelector(`th[data-column="${spot?.column}"]`),
    ];
    for (const header of hot) header?.setAttribute("data-hot", "");
    return () => {
      for (const header of hot) header?.removeAttribute("data-hot");
    };
  }, [spot]);

  const place = (target: EventTarget): Spot | undefined => {
    const element = target instanceof HTMLElement ? target.closest<HTMLElement>("td[data-row]") : null;
    if (element === null) return undefined;
    return { row: Number(element.dataset.row), column: Number(element.dataset.column), element };
  };
  const openSpot = ({ row, column }: Spot): void => {
    const [b, d] = [bases[row], columns[column]];
    if (b !== undefined && d !== undefined) open(b, d);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = place(event.target);
    if (at === undefined) return;
    if (event.key === "Escape") setSpot(undefined);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      openSpot(at);
    }
    const next = step(event, at, bases.length, columns.length);
    if (next === undefined) return;
    event.preventDefault();
    const cell = cellElement(grid.current, next.row, next.column);
    if (cell === null) return;
    makeTabStop(grid.current, cell);
    cell.focus({ preventScroll: true });
    // The whole grid first, so that its headers are in view with the cell.
    cell.closest(".grid-scroll")?.scrollIntoView({ block: "nearest" });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  return (
    <div className="grid-frame">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the cells inside are interactive; events are delegated */}
      <div
        className="grid-scroll"
        style={
          {
            "--columns": columns.length,
            "--row-letters": longest(bases),
            "--column-letters": longest(columns),
          } as React.CSSProperties
        }
        onPointerOver={(event) => setSpot(place(event.target))}
        onPointerLeave={() => setSpot(undefined)}
        onFocus={(event) => setSpot(place(event.target))}
        onBlur={() => setSpot(undefined)}
        onScroll={() => setSpot(undefined)}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const at = place(event.target);
          if (at === undefined) return;
          makeTabStop(grid.current, at.element);
          openSpot(at);
        }}
      >
        <Grid ref={grid} table={table} models={models} view={view} statistic={statistic} />
      </div>
      {spot !== undefined && <Tip table={table} view={view} statistic={statistic} {...spot} />}
    </div>
  );
}

function longest(names: readonly string[]): number {
  return Math.max(4, ...names.map((name) => name.length));
}

function cellElement(grid: HTMLElement | null, row: number, column: number): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`td[data-row="${row}"][data-column="${column}"]`) ?? null;
}

function makeTabStop(grid: HTMLElement | null, cell: HTMLElement): void {
  for (const old of grid?.querySelectorAll<HTMLElement>('td[tabindex="0"]') ?? []) old.tabIndex = -1;
  cell.tabIndex = 0;
}

function step(event: React.KeyboardEvent, { row, column }: Spot, rows: number, columns: number) {
  const clip = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
  switch (event.key) {
    case "ArrowRight":
      return { row, column: clip(column + 1, columns) };
    case "ArrowLeft":
      return { row, column: clip(column - 1, columns) };
    case "ArrowDown":
      return { row: clip(row + 1, rows), column };
    case "ArrowUp":
      return { row: clip(row - 1, rows), column };
    case "PageDown":
      return { row: clip(row + 5, rows), column };
    case "PageUp":
      return { row: clip(row - 5, rows), column };
    case "Home":
      return { row: event.ctrlKey ? 0 : row, column: 0 };
    case "End":
      return { row: event.ctrlKey ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}

interface GridProps {
  readonly ref: React.RefObject<HTMLTableElement | null>;
  readonly table: Table;
  readonly models: readonly ReportModel[];
  readonly view: View;
  readonly statistic: Statistic;
}

/** The table itself; drawn anew only when what it shows changes. */
const Grid = memo(function Grid({ ref, table, models, view, statistic }: GridProps) {
  const { bases, downstream } = table.matrix;
  const [rowStarts, columnStarts] = useMemo(
    () => [groupStarts(bases, models), groupStarts(downstream, models)],
    [bases, downstream, models],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the pattern for a grid of cells
    <table ref={ref} className="grid" role="grid" aria-label={`${gridNames[view]}, base by downstream`}>
      <thead>
        <tr>
          <td className="corner">
            <span className="corner-base">base</span>
            <span className="corner-downstream">downstream</span>
          </td>
          {downstream.map((name, column) => (
            <th
              key={name}
              scope="col"
              data-column={column}
              className={columnStarts.has(column) ? "start" : ""}
              title={name}
            >
              <span>{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bases.map((name, row) => (
          <tr key={name} className={rowStarts.has(row) ? "start" : ""}>
            <th scope="row" data-row={row} title={name}>
              <span>{name}</span>
            </th>
            {downstream.map((target, column) => {
              const cell = table.cell(row, column);
              const value = table.value(view, statistic, row, column);
              const self = name === target;
              return (
                <td
                  key={target}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: cells of a grid can be opened
                  role="gridcell"
                  tabIndex={-1}
                  data-row={row}
                  data-column={column}
                  className={`${classOf(cell, value, self, view)}${columnStarts.has(column) ? " start" : ""}`}
                  style={value === null ? undefined : ({ "--v": Math.min(1, Math.abs(value)) } as React.CSSProperties)}
                  aria-label={spoken(name, target, cell, value, view, statistic)}
                >
                  {value === null || self ? "" : narrow(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
});

const gridNames: Readonly<Record<View, string>> = {
  alignment: "Relative change",
  "prediction-correlation": "Correlation of predictions",
  "label-correlation": "Correlation of labels",
};

/** Look of a cell: sign, strength of its colour, and state. */
function classOf(cell: Cell | undefined, value: number | null, self: boolean, view: View): string {
  if (self) return "self";
  if (value === null) return "none";
  const size = Math.abs(value);
  const words = [value < 0 ? "neg" : "pos", size > 0.75 ? "deep" : ""];
  if (view === "alignment" && cell !== undefined) words.push(cell.sameConcept ? "own" : (cell.state ?? "unjudged"));
  return words.join(" ");
}

function spoken(
  base: string,
  downstream: string,
  cell: Cell | undefined,
  value: number | null,
  view: View,
  statistic: Statistic,
): string {
  const pair = `${base}, ${downstream}`;
  if (value === null) return `${pair}: no data`;
  if (view !== "alignment" || cell === undefined) return `${pair}: correlation ${decimal(value)}`;
  const figure = figureOf(cell, statistic);
  const ci = range(figure.ci);
  return `${pair}: ${decimal(value)}${ci === undefined ? "" : `, interval ${ci}`}, ${plural(figure.count, "image")}, ${stateWords(cell)}`;
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
