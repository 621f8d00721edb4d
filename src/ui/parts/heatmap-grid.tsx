import { memo, useMemo } from "react";
import type { CellLook } from "./cell-look.ts";
import { Name, tailsOf } from "./name.tsx";

/** The names along one side of a matrix. */
export interface Axis {
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
  readonly ref: React.RefObject<HTMLTableElement | null>;
  readonly sorts: boolean;
  readonly sortedRows: number | undefined;
  readonly sortedColumns: number | undefined;
}

/** The table itself; drawn anew only when what it shows changes. */
export const Grid = memo(function Grid({ ref, label, rows, columns, look, sorts, sortedRows, sortedColumns }: Props) {
  const [rowTails, columnTails] = useMemo(() => [tailsOf(rows.names), tailsOf(columns.names)], [rows, columns]);
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
              <Name name={name} tail={columnTails[column] ?? 0} />
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
              <Name name={name} tail={rowTails[row] ?? 0} />
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
