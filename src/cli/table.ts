/** Spaces between two columns. */
export const columnGap = 2;

/** Text columns for a terminal: the first left-aligned, the rest right-aligned, two spaces between. */
export function textTable(rows: readonly (readonly string[])[], alignLeft: ReadonlySet<number> = new Set([0])): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return alignLeft.has(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join(" ".repeat(columnGap))
        .trimEnd(),
    )
    .join("\n");
}

/** A figure with a real minus sign's width kept: "0.31", "-0.04", "—" for none. */
export function figure(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return "—";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** Comma-separated values (RFC 4180): quoted where needed, empty for null. */
export function csv(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  const field = (value: string | number | boolean | null): string => {
    if (value === null) return "";
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}
