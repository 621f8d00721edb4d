import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { cellElement, focusCell, makeTabStop, type Spot, spotOf } from "./heatmap-cells.ts";
import type { Axis } from "./heatmap-grid.tsx";

type Grid = React.RefObject<HTMLTableElement | null>;

interface Axes {
  readonly rows: Axis;
  readonly columns: Axis;
}

/** One cell is in the tab order: the open one, which is marked, else the first; after that where the keys went last. */
export function useSelected(
  grid: Grid,
  { rows, columns, selected }: Axes & { readonly selected: Pick<Spot, "row" | "column"> | undefined },
): void {
  const { row = -1, column = -1 } = selected ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names are other cells
  useEffect(() => {
    const cell = cellElement(grid.current, Math.max(0, row), Math.max(0, column));
    if (cell !== null) makeTabStop(grid.current, cell);
    for (const old of grid.current?.querySelectorAll("[aria-selected=true]") ?? []) {
      old.removeAttribute("aria-selected");
    }
    if (row >= 0 && column >= 0) cell?.setAttribute("aria-selected", "true");
  }, [grid, row, column, rows.names, columns.names]);
}

/** Sorting moves the cell that has the focus: whoever sorts says here which it is, and it keeps the focus where it went. */
export function useFocusAfterSorting(grid: Grid, { rows, columns }: Axes) {
  const moved = useRef<{ readonly row: string; readonly column: string }>(undefined);
  useLayoutEffect(() => {
    const at = moved.current;
    moved.current = undefined;
    if (at === undefined) return;
    const cell = cellElement(grid.current, rows.names.indexOf(at.row), columns.names.indexOf(at.column));
    if (cell !== null) focusCell(grid.current, cell);
  }, [grid, rows.names, columns.names]);
  return moved;
}

/** The cell under the pointer or the focus. In another order its element has another place, or another one is under the pointer. */
export function useSpot(grid: Grid, { rows, columns }: Axes) {
  const [spot, setSpot] = useState<Spot>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names are other cells
  useLayoutEffect(() => {
    setSpot((now) => {
      const stays = now?.element === document.activeElement || now?.element.matches(":hover");
      return stays ? spotOf(grid.current, now?.element ?? null) : undefined;
    });
  }, [grid, rows.names, columns.names]);
  return [spot, setSpot] as const;
}

/** Headings of the row and column under the pointer stand out. */
export function useHotHeadings(grid: Grid, spot: Spot | undefined): void {
  useEffect(() => {
    const hot = [
      grid.current?.querySelector(`th[data-row="${spot?.row}"]`),
      grid.current?.querySelector(`th[data-column="${spot?.column}"]`),
    ];
    for (const heading of hot) heading?.setAttribute("data-hot", "");
    return () => {
      for (const heading of hot) heading?.removeAttribute("data-hot");
    };
  }, [grid, spot]);
}

/** A matrix that fits scrolls with the page, so that no row hides; a wider one scrolls by itself, so that its headings stay. */
export function useFits(grid: Grid, scroller: React.RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      element.toggleAttribute("data-fits", element.scrollWidth <= element.clientWidth);
    });
    observer.observe(element);
    if (grid.current !== null) observer.observe(grid.current);
    return () => observer.disconnect();
  }, [grid, scroller]);
}
