/** Where the pointer or the focus is. */
export interface Spot {
  readonly row: number;
  readonly column: number;
  readonly element: HTMLElement;
}

/** The cell that an event of a grid is about. */
export function spotOf(grid: HTMLElement | null, target: EventTarget | null): Spot | undefined {
  const element = target instanceof HTMLElement ? target.closest<HTMLElement>("td[data-row]") : null;
  if (element === null || !grid?.contains(element)) return undefined;
  return { row: Number(element.dataset.row), column: Number(element.dataset.column), element };
}

export function cellElement(grid: HTMLElement | null, row: number, column: number): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`td[data-row="${row}"][data-column="${column}"]`) ?? null;
}

export function makeTabStop(grid: HTMLElement | null, cell: HTMLElement): void {
  for (const old of grid?.querySelectorAll<HTMLElement>('td[tabindex="0"]') ?? []) old.tabIndex = -1;
  cell.tabIndex = 0;
}

export function focusCell(grid: HTMLElement | null, cell: HTMLElement): void {
  makeTabStop(grid, cell);
  goToCell(cell);
}

/** Gives a cell the focus and brings it onto the screen. */
export function goToCell(cell: HTMLElement): void {
  cell.focus({ preventScroll: true });
  // The whole grid first, so that its headers are in view with the cell.
  cell.closest(".grid-scroll")?.scrollIntoView({ block: "nearest" });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Where a key leads from a cell; undefined of a key that leads nowhere. */
export function step(
  event: React.KeyboardEvent,
  { row, column }: Spot,
  rows: number,
  columns: number,
): { readonly row: number; readonly column: number } | undefined {
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
