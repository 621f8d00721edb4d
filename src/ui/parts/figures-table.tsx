import type { IntervalPoint } from "../../pictures/interval-plot.ts";
import { Interval } from "./interval.tsx";
import { range } from "./numbers.ts";
import { PlainTable, right } from "./plain-table.tsx";

/** One line of figures. */
export interface FiguresRow {
  readonly key: string;
  readonly name: string;
  /** As they are printed, one per column; the strong ones stand out. */
  readonly figures: readonly { readonly text: string; readonly strong?: boolean }[];
  /** The figure whose interval is printed and drawn, in a table with intervals. */
  readonly value?: number | null;
  readonly ci?: readonly [number, number] | null;
  readonly state?: IntervalPoint["state"] | undefined;
  /** How many images the figures speak of. */
  readonly count: number;
  /** Whether it stands out as the line that decided. */
  readonly decided?: boolean;
  /** Leads to the images that the figures speak of. */
  readonly open?: () => void;
}

interface Props {
  /** What a screen reader calls the table. */
  readonly caption: string;
  /** What the lines are. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly FiguresRow[];
  /** For a table with intervals: the band of effects that don't matter, and what is drawn. */
  readonly intervals?: { readonly minEffect: number; readonly what?: string };
}

/** Figures by line and column, with the number of images and, where they have one, the interval in words and drawn. */
export function FiguresTable({ caption, head, columns, rows, intervals }: Props) {
  return (
    <PlainTable
      caption={<caption className="hidden">{caption}</caption>}
      columns={[
        head,
        ...right(columns),
        ...(intervals === undefined ? [] : ["interval", ["interval drawn", "graph", true] as const]),
        ...right(["images"]),
      ]}
    >
      {rows.map(({ key, name, figures, value = null, ci = null, state, count, decided, open }) => (
        <tr key={key} className={decided ? "decided" : ""}>
          <th scope="row">
            {open === undefined ? (
              name
            ) : (
              <button type="button" className="plain-link" onClick={open}>
                {name}
              </button>
            )}
          </th>
          {figures.map(({ text, strong }, column) => (
            <td key={columns[column]} className={strong ? "right strong" : "right"}>
              {text}
            </td>
          ))}
          {intervals !== undefined && (
            <>
              <td>{range(ci) ?? "–"}</td>
              <td className="graph">{value !== null && <Interval {...{ value, ci, state }} {...intervals} />}</td>
            </>
          )}
          <td className="right">{count}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
