import { useRef } from "react";
import type { CellLook } from "./cell-look.ts";
import { cellElement, focusCell, makeTabStop, spotOf, step } from "./heatmap-cells.ts";
import { type Axis, Grid } from "./heatmap-grid.tsx";
import { useFits, useFocusAfterSorting, useHotHeadings, useSelected, useSpot } from "./heatmap-hooks.ts";
import { Tip } from "./tip.tsx";

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

/** A matrix as a grid: one tab stop, arrow keys between cells, Enter opens; figures on hover and focus. */
export function Heatmap(props: Props) {
  const { label, rows, columns, look, tip, selected, sort, sorted, dense = false } = props;
  const grid = useRef<HTMLTableElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useSelected(grid, { rows, columns, selected });
  const [spot, setSpot] = useSpot(grid, { rows, columns });
  useHotHeadings(grid, spot);
  useFits(grid, scroller);
  const onKeyDown = useKeys(grid, props, () => setSpot(undefined));
  const pointer = useRef<{ readonly x: number; readonly y: number }>(undefined);
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
          if (!rests) setSpot(spotOf(grid.current, event.target) ?? spotOf(grid.current, document.activeElement));
        }}
        onPointerMove={({ clientX: x, clientY: y }) => {
          pointer.current = { x, y };
        }}
        onPointerLeave={() => setSpot(spotOf(grid.current, document.activeElement))}
        onFocus={(event) => setSpot(spotOf(grid.current, event.target))}
        onBlur={() => setSpot(undefined)}
        // The pointer is elsewhere after scrolling; the focus is where it was, and so is its tip.
        onScroll={() => setSpot((now) => (now?.element === document.activeElement ? now : undefined))}
        onKeyDown={onKeyDown}
        onClick={(event) => onClick(grid.current, event.target, props)}
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

/** Opens the cell, or sorts by the heading, that was clicked. */
function onClick(grid: HTMLTableElement | null, target: EventTarget, { open, sort }: Props): void {
  const at = spotOf(grid, target);
  if (at !== undefined) {
    makeTabStop(grid, at.element);
    open(at.row, at.column);
  }
  const heading = target instanceof Element ? target.closest<HTMLElement>("th[data-sorts]") : null;
  const { row, column } = heading?.dataset ?? {};
  if (column !== undefined) sort?.("rows", Number(column));
  if (row !== undefined) sort?.("columns", Number(row));
}

/** What the keys do. leave: what Escape does. */
function useKeys(grid: React.RefObject<HTMLTableElement | null>, props: Props, leave: () => void) {
  const { rows, columns, open, sort, flick } = props;
  const moved = useFocusAfterSorting(grid, { rows, columns });
  return (event: React.KeyboardEvent): void => {
    const at = spotOf(grid.current, event.target);
    if (at === undefined) return;
    if (event.key === "Escape") leave();
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
}

function longest(names: readonly string[]): number {
  return Math.max(4, ...names.map((name) => name.length));
}
