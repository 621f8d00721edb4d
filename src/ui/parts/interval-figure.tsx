import { useCallback } from "react";
import { type IntervalPlotOptions, type IntervalRow, intervalPlot } from "../../pictures/interval-plot.ts";
import { intervalSheet } from "../../pictures/interval-sheet.ts";
import { decimal, range } from "./numbers.ts";
import { NumbersTable } from "./numbers-table.tsx";
import { pageColours, pageFont } from "./page-colours.ts";
import { PlotFigure } from "./plot-figure.tsx";
import { fileDocument, SaveFigure, savedWidth } from "./save-figure.tsx";

interface Props extends Pick<IntervalPlotOptions, "domain" | "ticks" | "label" | "band"> {
  /** What the figures are, and of what. */
  readonly title: string;
  /** Must stay the same array as long as it says the same. */
  readonly rows: readonly IntervalRow[];
  /** Names of the kinds of points, one at least. */
  readonly kinds: readonly string[];
  /** What the rows are. */
  readonly rowName: string;
  readonly children?: React.ReactNode;
}

/** Values with intervals as a plot, in words, and as a table. */
export function IntervalFigure(props: Props) {
  const { title, rows, kinds, rowName, domain, ticks, label, band, children } = props;
  const draw = useCallback(
    (width: number) =>
      intervalPlot(rows, {
        width,
        colours: pageColours,
        fontFamily: pageFont,
        domain,
        ticks,
        tickFormat: (value) => decimal(value, 1),
        label,
        kinds: kinds.length,
        ...(band === undefined ? {} : { band }),
      }),
    [rows, domain, ticks, label, band, kinds.length],
  );
  const spoken = rows.map(({ name, points }) => `${name} ${points.map(({ value }) => decimal(value)).join(" to ")}`);
  return (
    <figure className="intervals">
      <PlotFigure draw={draw} label={`${title}: ${spoken.join(", ")}`} />
      {children !== undefined && <figcaption className="note">{children}</figcaption>}
      <NumbersTable
        caption={title}
        columns={[rowName, ...kinds.flatMap((kind) => [kind, kinds.length > 1 ? `interval ${kind}` : "interval"])]}
        rows={rows.map(({ name, points }) => [
          name,
          ...kinds.flatMap((_, kind) => {
            const point = points.find((each) => each.kind === kind);
            return [decimal(point?.value), range(point?.ci) ?? "–"];
          }),
        ])}
      />
      <SaveFigure
        name="intervals"
        what="this plot"
        draw={() =>
          intervalSheet(rows, {
            ...{ title, domain, ticks, label, kinds: kinds.length },
            width: savedWidth,
            document: fileDocument(),
            tickFormat: (value) => decimal(value, 1),
            ...(band === undefined ? {} : { band }),
          })
        }
      />
    </figure>
  );
}
