import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { CellLook } from "./cell-look.ts";
import { Name } from "./name.tsx";
import { Tip } from "./tip.tsx";

interface Axis {
  readonly names: readonly string[];
  /** Places where another group of names begins. */
  readonly starts?: ReadonlySet<number>;
  /** What the names are. */
  readonly label: string;
}

interface Props {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly rows: Axis;
  readonly columns: Axis;
  /** Must stay the same function as long as it says the same. */
  readonly look: (row: number, column: number) => CellLook;
  /** What stands beside the cell under the pointer or the focus. */
  readonly tip: (row: number, column: number) => React.ReactNode;
  readonly selected?: { readonly row: number; readonly column: number } | undefined;
  readonly open: (row: number, column: number) => void;
  /** Sorts the rows by a column, or the columns by a row. */
  readonly sort?: ((axis: "rows" | "columns", by: number) => void) | undefined;
  /** The column that the rows are sorted by, the row that the columns are sorted by. */
  readonly sorted?: { readonly rows?: number | undefined; readonly columns?: number | undefined } | undefined;
  /** Shows the same cells in another way: one step forwards or back. */
  readonly flick?: ((step: 1 | -1) => void) | undefined;
  /** Whether cells are as narrow as the window asks for, without numbers. */
  readonly dense?: boolean | undefined;
}

/** Where the pointer or the focus is. */
interface Spot {
  readonly row: number;
  readonly column: number;
  readonly element: HTMLElement;
}

/** A matrix as a grid: one tab stop, arrow keys between cells, Enter opens; figures on hover and focus. */
export function Heatmap(props: Props) {
  const { label, rows, columns, look, tip, selected, open, sort, sorted, flick, dense = false } = props;
  const grid = useRef<HTMLTableElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [spot, setSpot] = useState<Spot>();
  const selectedRow = selected?.row ?? -1;
  const selectedColumn = selected?.column ?? -1;

  // One cell is in the tab order: the open one, else the first; after that where the keys went last.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names are other cells
  useEffect(() => {
    const cell = cellElement(grid.current, Math.max(0, selectedRow), Math.max(0, selectedColumn));
    if (cell !== null) makeTabStop(grid.current, cell);
    for (const old of grid.current?.querySelectorAll("[aria-selected=true]") ?? []) {
      old.removeAttribute("aria-selected");
    }
    if (selectedRow >= 0 && selectedColumn >= 0) cell?.setAttribute("aria-selected", "true");
  }, [selectedRow, selectedColumn, rows.names, columns.names]);

  // Sorting moves the cell that has the focus: it keeps it where it went.
  const moved = useRef<{ readonly row: string; readonly column: string }>(undefined);
  useLayoutEffect(() => {
    const at = moved.current;
    moved.current = undefined;
    if (at === undefined) return;
    const cell = cellElement(grid.current, rows.names.indexOf(at.row), columns.names.indexOf(at.column));
    if (cell !== null) focusCell(grid.current, cell);
  }, [rows.names, columns.names]);

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

  // A matrix that fits scrolls with the page, so that no row hides; a wider one scrolls by itself, so that its headings stay.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      element.toggleAttribute("data-fits", element.scrollWidth <= element.clientWidth);
    });
    observer.observe(element);
    if (grid.current !== null) observer.observe(grid.current);
    return () => observer.disconnect();
  }, []);

  const pointer = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const place = (target: EventTarget | null): Spot | undefined => {
    const element = target instanceof HTMLElement ? target.closest<HTMLElement>("td[data-row]") : null;
    if (element === null || !grid.current?.contains(element)) return undefined;
    return { row: Number(element.dataset.row), column: Number(element.dataset.column), element };
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = place(event.target);
    if (at === undefined) return;
    if (event.key === "Escape") setSpot(undefined);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(at.row, at.column);
    }
    const axis = ({ r: "rows", c: "columns" } as const)[event.key];
    if (axis !== undefined && !event.ctrlKey && !event.metaKey) {
      moved.current = { row: rows.names[at.row] ?? "", column: columns.names[at.column] ?? "" };
      sort?.(axis, axis === "rows" ? at.column : at.row);
    }
    if (event.key === "v" || event.key === "V") flick?.(event.key === "v" ? 1 : -1);
    const next = step(event, at, rows.names.length, columns.names.length);
    if (next === undefined) return;
    event.preventDefault();
    const cell = cellElement(grid.current, next.row, next.column);
    if (cell === null) return;
    focusCell(grid.current, cell);
  };

  return (
    <div className="grid-frame">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the cells inside are interactive; events are delegated */}
      <div
        ref={scroller}
        className="grid-scroll"
        data-dense={dense ? "" : undefined}
        style={
          {
            "--columns": columns.names.length,
            "--row-letters": longest(rows.names),
            "--column-letters": longest(columns.names),
          } as React.CSSProperties
        }
        onPointerOver={(event) => {
          // A cell that scrolled under a pointer at rest was not pointed at.
          const { clientX: x, clientY: y } = event;
          const rests = pointer.current?.x === x && pointer.current.y === y;
          pointer.current = { x, y };
          if (!rests) setSpot(place(event.target) ?? place(document.activeElement));
        }}
        onPointerMove={({ clientX: x, clientY: y }) => {
          pointer.current = { x, y };
        }}
        onPointerLeave={() => setSpot(place(document.activeElement))}
        onFocus={(event) => setSpot(place(event.target))}
        onBlur={() => setSpot(undefined)}
        // The pointer is elsewhere after scrolling; the focus is where it was, and so is its tip.
        onScroll={() => setSpot((now) => (now?.element === document.activeElement ? now : undefined))}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const at = place(event.target);
          if (at !== undefined) {
            makeTabStop(grid.current, at.element);
            open(at.row, at.column);
          }
          const heading = event.target instanceof Element ? event.target.closest<HTMLElement>("th[data-sorts]") : null;
          if (heading !== null) {
            const { row, column } = heading.dataset;
            if (column !== undefined) sort?.("rows", Number(column));
            if (row !== undefined) sort?.("columns", Number(row));
          }
        }}
      >
        <Grid
          ref={grid}
          {...{ label, rows, columns, look }}
          sorts={sort !== undefined}
          sortedRows={sorted?.rows}
          sortedColumns={sorted?.columns}
        />
      </div>
      {spot !== undefined && <Tip element={spot.element}>{tip(spot.row, spot.column)}</Tip>}
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

function focusCell(grid: HTMLElement | null, cell: HTMLElement): void {
  makeTabStop(grid, cell);
  cell.focus({ preventScroll: true });
  // The whole grid first, so that its headers are in view with the cell.
  cell.closest(".grid-scroll")?.scrollIntoView({ block: "nearest" });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
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

interface GridProps extends Pick<Props, "label" | "rows" | "columns" | "look"> {
  readonly ref: React.RefObject<HTMLTableElement | null>;
  readonly sorts: boolean;
  readonly sortedRows: number | undefined;
  readonly sortedColumns: number | undefined;
}

/** The table itself; drawn anew only when what it shows changes. */
const Grid = memo(function Grid({ ref, label, rows, columns, look, sorts, sortedRows, sortedColumns }: GridProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the pattern for a grid of cells
    <table ref={ref} className="grid" role="grid" aria-label={label}>
      <thead>
        <tr>
          <td className="corner">
            <span className="corner-base">{rows.label}</span>
            <span className="corner-downstream">{columns.label}</span>
          </td>
          {columns.names.map((name, column) => (
            <th
              key={name}
              scope="col"
              data-column={column}
              data-sorts={sorts ? "" : undefined}
              aria-sort={sortedRows === column ? "descending" : undefined}
              className={columns.starts?.has(column) ? "start" : ""}
              title={name}
            >
              <Name name={name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.names.map((name, row) => (
          <tr key={name} className={rows.starts?.has(row) ? "start" : ""}>
            <th
              scope="row"
              data-row={row}
              data-sorts={sorts ? "" : undefined}
              aria-sort={sortedColumns === row ? "descending" : undefined}
              title={name}
            >
              <Name name={name} />
            </th>
            {columns.names.map((target, column) => {
              const { text, className, strength, spoken } = look(row, column);
              return (
                <td
                  key={target}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: cells of a grid can be opened
                  role="gridcell"
                  tabIndex={-1}
                  data-row={row}
                  data-column={column}
                  className={`${className}${columns.starts?.has(column) ? " start" : ""}`}
                  style={strength === undefined ? undefined : ({ "--v": strength } as React.CSSProperties)}
                  aria-label={spoken}
                >
                  {text}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
