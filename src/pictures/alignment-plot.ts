import * as Plot from "@observablehq/plot";
import { shortened } from "../base/shortened.ts";
import { decimal } from "./figure.ts";
import { lambdaText, spreadLabels } from "./spread-labels.ts";

/** Predictions of one classifier along λ. */
export interface AlignmentLine {
  readonly name: string;
  readonly predictions: readonly number[];
}

/** What an alignment plot shows: predictions of base and downstream classifiers at the same places along λ. */
export interface Alignment {
  readonly base: AlignmentLine;
  readonly downstream: readonly AlignmentLine[];
  /** Places along the way: 0 is the reconstruction, 1 the counterfactual. */
  readonly shares: readonly number[];
  /** λ of the counterfactual in the paper's units, for the axis; null or absent when it has none. */
  readonly lambda?: number | null;
}

/** Colours of a plot: any CSS colour. */
export interface PlotColours {
  readonly ink: string;
  readonly muted: string;
  readonly faint: string;
  readonly paper: string;
  readonly lines: readonly string[];
}

/** Colours for files: dark ink on white; lines readable for colour-blind people (after Okabe and Ito). */
export const lightColours: PlotColours = {
  ink: "#1d1c1a",
  muted: "#6b6863",
  faint: "#d8d5cf",
  paper: "#ffffff",
  lines: ["#c8452d", "#2a6fb0", "#b8860b", "#1f8a70", "#9b4f96", "#5a6b8c", "#d2691e", "#4b7f2c"],
};

export interface PanelOptions {
  readonly width: number;
  readonly height: number;
  readonly colours: PlotColours;
  readonly fontFamily: string;
  /** Downstream classifier to stand out; without it the labelled lines get colours of their own. */
  readonly focus?: string;
  /** At most so many labelled lines, strongest change first (default 8). */
  readonly labels?: number;
  /** Smallest change of a prediction that gets a label (default 0.05). */
  readonly smallest?: number;
  /** Where the SVG elements are made; the browser's own by default. */
  readonly document?: Document;
}

/** Which panel a line belongs to: `aligned` moves as the base does, `inverse` against it. */
export type Panel = "aligned" | "inverse";

/** Change from the reconstruction to the counterfactual. */
function change({ predictions }: AlignmentLine): number {
  return (predictions.at(-1) ?? 0) - (predictions[0] ?? 0);
}

/** Lines of one panel, strongest change first. */
export function linesOf({ base, downstream }: Alignment, panel: Panel): AlignmentLine[] {
  const direction = Math.sign(change(base)) || -1;
  return downstream
    .filter((line) => line.name !== base.name && change(line) * direction >= 0 === (panel === "aligned"))
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
}

/** Lines of one panel that are named: the strongest, and the one that is looked at. labels: most of them, 8; smallest: change of one, 0.05. */
export function namedLines(
  alignment: Alignment,
  panel: Panel,
  { focus, labels = 8, smallest = 0.05 }: Pick<PanelOptions, "focus" | "labels" | "smallest"> = {},
): AlignmentLine[] {
  return linesOf(alignment, panel)
    .filter((line, index) => line.name === focus || (index < labels && Math.abs(change(line)) >= smallest))
    .slice(0, labels + 1);
}

/** Space around the lines of a panel in pixels. */
export function panelMargins(width: number) {
  return { top: 30, bottom: 30, left: 30, right: Math.min(230, Math.round(width * 0.42)) } as const;
}

/** Of labels, in pixels. */
const fontSize = 11;

/** One panel of the alignment plot (the paper's Fig. 3): the base and the lines of `panel`, labels at the line ends. */
export function alignmentPanel(alignment: Alignment, panel: Panel, options: PanelOptions): SVGSVGElement {
  const { width, height, colours } = options;
  const { base, shares, lambda } = alignment;
  const lines = linesOf(alignment, panel);
  const labelled = namedLines(alignment, panel, options);
  const rest = lines.filter((line) => !labelled.includes(line));
  const all = [base, ...lines].flatMap((line) => line.predictions);
  const domain = [Math.min(0, ...all), Math.max(1, ...all)] as const;

  const margin = panelMargins(width);
  const inner = height - margin.top - margin.bottom;
  const named = [base, ...labelled];
  const pixel = (value: number): number => margin.top + inner * (1 - (value - domain[0]) / (domain[1] - domain[0]));
  const ends = named.map((line) => pixel(line.predictions.at(-1) ?? 0));
  const positions = spreadLabels(ends, fontSize + 2.5, margin.top + 2, height - margin.bottom);
  const unpixel = (y: number): number => domain[0] + (1 - (y - margin.top) / inner) * (domain[1] - domain[0]);

  const looks = looksOf(alignment, { ...options, panel, labelled });
  const points = (line: AlignmentLine) =>
    line.predictions.map((prediction, index) => ({ share: shares[index] ?? 0, prediction }));

  const x = { x: "share", y: "prediction" } as const;
  const marks: Plot.Markish[] = [
    Plot.gridY([0, 0.25, 0.5, 0.75, 1], { stroke: colours.faint, strokeOpacity: 1, strokeWidth: 0.75 }),
    ...rest.map((line) => Plot.line(points(line), { ...x, stroke: colours.faint, strokeWidth: 1 })),
    ...labelled
      .toReversed()
      .map((line) =>
        Plot.line(points(line), { ...x, stroke: looks.colour(line), strokeWidth: looks.isBold(line) ? 2.5 : 1.4 }),
      ),
    Plot.line(points(base), { ...x, stroke: colours.ink, strokeWidth: 2.5 }),
    ...named.flatMap((line, index) => endMarks(line, { looks, width, place: unpixel(positions[index] ?? 0) })),
    Plot.axisX([0], { label: null, tickFormat: () => "reconstruction", textAnchor: "start", dx: -3, tickSize: 4 }),
    Plot.axisX([1], {
      label: null,
      tickFormat: () => (lambda == null ? "counterfactual" : `λ = ${lambdaText(lambda)}`),
      tickSize: 4,
    }),
    Plot.text([panel], {
      frameAnchor: "top-left",
      dx: -margin.left + 2,
      dy: -24,
      text: () => (panel === "aligned" ? "Aligned: move with the base" : "Inverse: move against the base"),
      fontWeight: 600,
      fill: colours.ink,
      textAnchor: "start",
    }),
  ];
  const plot = Plot.plot({
    ...(options.document === undefined ? {} : { document: options.document }),
    width,
    height,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    marginRight: margin.right,
    style: {
      background: "transparent",
      color: colours.muted,
      fontFamily: options.fontFamily,
      fontSize: `${fontSize}px`,
    },
    x: { domain: [0, 1], axis: null },
    y: { domain: [...domain], ticks: [0, 0.5, 1], tickSize: 0, label: null },
    marks,
  }) as unknown as SVGSVGElement;
  plot.setAttribute(
    "aria-label",
    `${panel} predictions on the way to the counterfactual: ${named.map((line) => `${line.name} ${decimal(line.predictions[0] ?? 0)} to ${decimal(line.predictions.at(-1) ?? 0)}`).join(", ")}`,
  );
  plot.setAttribute("role", "img");
  return plot;
}

/** How the lines of a panel look, and what they are called. */
interface Looks {
  colour(line: AlignmentLine): string;
  isBold(line: AlignmentLine): boolean;
  label(line: AlignmentLine): string;
}

function looksOf(
  { base }: Alignment,
  {
    colours,
    focus,
    width,
    panel,
    labelled,
  }: PanelOptions & { readonly panel: Panel; readonly labelled: readonly AlignmentLine[] },
): Looks {
  const isBold = (line: AlignmentLine): boolean => line === base || line.name === focus;
  // Widths of DejaVu Sans, the widest of the fonts: bold letters need more. Six characters are the change.
  const room = (line: AlignmentLine): number =>
    Math.floor((panelMargins(width).right - 16) / (fontSize * (isBold(line) ? 0.64 : 0.58))) - 6;
  return {
    colour(line) {
      if (line === base) return colours.ink;
      if (focus !== undefined) {
        return line.name === focus ? (colours.lines[panel === "aligned" ? 0 : 1] ?? colours.ink) : colours.muted;
      }
      return colours.lines[labelled.indexOf(line) % colours.lines.length] ?? colours.ink;
    },
    isBold,
    label: (line) => `${shortened(line.name, room(line))} ${signed(change(line))}`,
  };
}

/** The end of a line: a dot, and its name at a place that is free. */
function endMarks(
  line: AlignmentLine,
  { looks, width, place }: { readonly looks: Looks; readonly width: number; readonly place: number },
): Plot.Markish[] {
  const { left, right } = panelMargins(width);
  const end = line.predictions.at(-1) ?? 0;
  const bold = looks.isBold(line);
  return [
    Plot.link([{ end, place }], {
      x1: 1,
      x2: 1 + 9 / (width - left - right),
      y1: "end",
      y2: "place",
      stroke: looks.colour(line),
      strokeWidth: 0.75,
      strokeOpacity: 0.7,
    }),
    Plot.dot([{ end }], { x: 1, y: "end", r: bold ? 3 : 2, fill: looks.colour(line) }),
    Plot.text([{ place }], {
      x: 1,
      y: "place",
      dx: 12,
      text: () => looks.label(line),
      title: () => `${line.name}: ${decimal(line.predictions[0] ?? 0)} to ${decimal(end)}`,
      textAnchor: "start",
      fill: looks.colour(line),
      fontWeight: bold ? 600 : 400,
    }),
  ];
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return text === "0.00" ? "±0.00" : `${value < 0 ? "−" : "+"}${text}`;
}
