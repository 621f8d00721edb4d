import * as Plot from "@observablehq/plot";
import { shortened } from "../base/shortened.ts";
import type { PlotColours } from "./alignment-plot.ts";

/** One value with its interval. */
export interface IntervalPoint {
  readonly value: number;
  readonly ci: readonly [number, number] | null;
  /** Which of the kinds of the plot it is; the first is hollow when there are several. */
  readonly kind: number;
  /** What is known of it: found has a ring, unresolved is hollow. Of plots of one kind. */
  readonly state?: "found" | "clear" | "unresolved";
}

/** What the states of a plot look like, in words. */
export const stateLegend = "ring: found; filled: clear; hollow: unresolved";

/** A line of the plot: its name, and one point per kind at most. */
export interface IntervalRow {
  readonly name: string;
  readonly points: readonly IntervalPoint[];
}

export interface IntervalPlotOptions {
  readonly width: number;
  readonly colours: PlotColours;
  readonly fontFamily: string;
  /** Ends of the axis; what lies beyond is drawn at the end. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly tickFormat: (value: number) => string;
  /** What the axis says. */
  readonly label: string;
  /** Shaded part of the axis, such as effects that do not matter. */
  readonly band?: readonly [number, number];
  /** Number of kinds, 1 by default. */
  readonly kinds?: number;
  /** Where the SVG elements are made; the browser's own by default. */
  readonly document?: Document;
}

const rowHeight = 24;
const fontSize = 11.5;

/** What is drawn of a value: rows are numbered, as two may have the same name. */
function pointsOf(rows: readonly IntervalRow[], within: (value: number) => number) {
  return rows.flatMap(({ points }, row) =>
    points.map(({ value, ci, kind, state }) => ({
      row,
      kind,
      state,
      value: within(value),
      low: ci === null ? undefined : within(ci[0]),
      high: ci === null ? undefined : within(ci[1]),
    })),
  );
}

type Point = ReturnType<typeof pointsOf>[number];

/** Values with their intervals, one row a name: a line from kind to kind where there are several. */
export function intervalPlot(rows: readonly IntervalRow[], options: IntervalPlotOptions): SVGSVGElement {
  const { width, colours, domain, ticks, tickFormat, label, band, kinds = 1 } = options;
  const longest = Math.max(4, ...rows.map(({ name }) => name.length));
  const marginLeft = Math.round(Math.min(longest * fontSize * 0.6 + 14, width * 0.44));
  const letters = Math.floor((marginLeft - 14) / (fontSize * 0.6));
  const within = (value: number): number => Math.min(domain[1], Math.max(domain[0], value));
  const points = pointsOf(rows, within);
  const colourOf = ({ value, kind }: Point): string =>
    kinds > 1 && kind === 0 ? colours.muted : ((value < 0 ? colours.lines[1] : colours.lines[0]) ?? colours.ink);
  const isHollow = ({ kind, state }: Point): boolean => (kinds > 1 ? kind === 0 : state === "unresolved");
  const shift = (kind: number): number => (kinds > 1 ? (kind === 0 ? -4 : 4) : 0);
  const ofKind = (kind: number): Point[] => points.filter((point) => point.kind === kind);
  const marks: Plot.Markish[] = [
    ...(band === undefined
      ? []
      : [Plot.rectX([band], { x1: within(band[0]), x2: within(band[1]), fill: colours.faint, fillOpacity: 0.6 })]),
    Plot.gridX([...ticks], { stroke: colours.faint, strokeOpacity: 1, strokeWidth: 0.75 }),
    Plot.ruleX(
      [0].filter((zero) => zero >= domain[0] && zero <= domain[1]),
      { stroke: colours.muted, strokeOpacity: 0.7 },
    ),
    ...Array.from({ length: kinds }, (_, kind) => [
      Plot.link(
        ofKind(kind).filter(({ low }) => low !== undefined),
        { x1: "low", x2: "high", y: "row", dy: shift(kind), stroke: colourOf, strokeWidth: 2.5, strokeOpacity: 0.5 },
      ),
      Plot.dot(ofKind(kind), {
        x: "value",
        y: "row",
        dy: shift(kind),
        r: 3.8,
        fill: (point: Point) => (isHollow(point) ? colours.paper : colourOf(point)),
        stroke: (point: Point) =>
          isHollow(point) ? colourOf(point) : point.state === "found" ? colours.ink : colours.paper,
        strokeWidth: 1.6,
      }),
    ]).flat(),
    Plot.axisY(
      rows.map((_, row) => row),
      {
        label: null,
        tickSize: 0,
        fill: colours.ink,
        tickFormat: (row: number) => shortened(rows[row]?.name ?? "", letters),
      },
    ),
    Plot.axisX([...ticks], {
      label,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 4,
      tickFormat,
    }),
  ];
  return Plot.plot({
    ...(options.document === undefined ? {} : { document: options.document }),
    width,
    height: 48 + rows.length * rowHeight,
    marginLeft,
    marginRight: 14,
    marginTop: 6,
    marginBottom: 42,
    style: {
      background: "transparent",
      color: colours.muted,
      fontFamily: options.fontFamily,
      fontSize: `${fontSize}px`,
    },
    x: { domain: [...domain] },
    y: { type: "band", domain: rows.map((_, row) => row), label: null },
    marks,
  }) as unknown as SVGSVGElement;
}
