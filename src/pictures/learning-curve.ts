import * as Plot from "@observablehq/plot";
import type { PlotColours } from "./alignment-plot.ts";
import { decimal } from "./figure.ts";

/** One curve: a figure at steps of a descent; undefined where there is none. */
export interface LearningCurve {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number | undefined }[];
}

export interface LearningCurveOptions {
  readonly width: number;
  readonly height: number;
  readonly colours: PlotColours;
  readonly fontFamily: string;
  /** What the upright axis says. */
  readonly label: string;
  /** Step whose coefficients were taken: an upright line. */
  readonly chosen: number;
  /** Last step of the axis. */
  readonly last: number;
  /** Whether single points get dots. */
  readonly dots: boolean;
  /** Where the SVG elements are made; the browser's own by default. */
  readonly document?: Document;
}

/** Curves over the steps of a descent, each named at its end, with the step that was taken (the paper's Fig. 7). */
export function learningCurve(curves: readonly LearningCurve[], options: LearningCurveOptions): SVGSVGElement {
  const { width, height, colours, label, chosen, last, dots } = options;
  const rows = curves.map(({ name, points }, index) => ({
    name,
    colour: index === 0 ? colours.muted : (colours.lines[(index - 1) % colours.lines.length] ?? colours.ink),
    points: points.flatMap(({ step, value }) => (value === undefined ? [] : [{ step, value }])),
  }));
  const values = rows.flatMap(({ points }) => points.map(({ value }) => value));
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const room = (high - low || 1) * 0.06;
  const marginLeft = 40;
  // The names stand above the plot in the order of the curves, so that they never lie on one another.
  const marks: Plot.Markish[] = [
    Plot.gridY({ stroke: colours.faint, strokeOpacity: 1, strokeWidth: 0.75, ticks: 5 }),
    Plot.ruleY([0], { stroke: colours.muted, strokeOpacity: 0.7 }),
    Plot.ruleX([chosen], { stroke: colours.ink, strokeDasharray: "4 3" }),
    Plot.text([chosen], {
      x: (step: number) => step,
      frameAnchor: "top",
      dy: -12,
      text: (step: number) => `taken: step ${step}`,
      textAnchor: chosen > last * 0.7 ? "end" : chosen < last * 0.2 ? "start" : "middle",
      fill: colours.ink,
    }),
    ...rows.flatMap(({ points, colour }) => [
      Plot.line(points, { x: "step", y: "value", stroke: colour, strokeWidth: 2 }),
      ...(dots ? [Plot.dot(points, { x: "step", y: "value", r: 3.2, fill: colour, stroke: colours.paper })] : []),
    ]),
    Plot.axisX({
      label: "step",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 4,
      ticks: Math.min(last, Math.max(3, Math.floor(width / 60))),
      tickFormat: (step: number) => (Number.isInteger(step) ? String(step) : ""),
    }),
    Plot.axisY({ label: null, tickSize: 0, ticks: 5, tickFormat: (value: number) => decimal(value) }),
  ];
  const plot = Plot.plot({
    ...(options.document === undefined ? {} : { document: options.document }),
    width,
    height,
    marginLeft,
    marginRight: 14,
    marginTop: 26,
    marginBottom: 38,
    style: { background: "transparent", color: colours.muted, fontFamily: options.fontFamily, fontSize: "11.5px" },
    x: { domain: [0, Math.max(1, last)] },
    y: { domain: [low - (low < 0 ? room : 0), high + (high > 0 ? room : 0)] },
    marks,
  }) as unknown as SVGSVGElement;
  plot.setAttribute("role", "img");
  plot.setAttribute(
    "aria-label",
    `${label} by step: ${rows.map(({ name, points }) => `${name} ${decimal(points[0]?.value ?? 0)} to ${decimal(points.at(-1)?.value ?? 0)}`).join(", ")}; taken at step ${chosen}`,
  );
  return plot;
}
