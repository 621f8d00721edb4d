import { useState } from "react";
import { PlainTable, right } from "./plain-table.tsx";

interface Props {
  /** What the numbers are, as the caption. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Number of leading columns that hold words rather than numbers, 1 by default. */
  readonly words?: number;
}

/** The numbers of a plot as a table, folded away; made when it is opened. */
export function NumbersTable({ caption, columns, rows, words = 1 }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details className="numbers" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The numbers as a table</summary>
      {open && (
        <PlainTable
          caption={<caption className="hidden">{caption}</caption>}
          columns={[...columns.slice(0, words), ...right(columns.slice(words))]}
        >
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own and do not move
            <tr key={at}>
              {row.map((value, column) =>
                column === 0 ? (
                  <th key={columns[column]} scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={columns[column]} className={column < words ? "" : "right"}>
                    {value}
                  </td>
                ),
              )}
            </tr>
          ))}
        </PlainTable>
      )}
    </details>
  );
}
