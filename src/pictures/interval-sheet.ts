import { shortened } from "../base/shortened.ts";
import { lightColours } from "./alignment-plot.ts";
import { escapeXml, type Figure, figureFont, figureInk, round } from "./figure.ts";
import { type IntervalPlotOptions, type IntervalRow, intervalPlot, stateLegend } from "./interval-plot.ts";
import { plotPart } from "./plot-part.ts";

export interface IntervalSheetOptions
  extends Pick<IntervalPlotOptions, "domain" | "ticks" | "label" | "band" | "kinds" | "tickFormat"> {
  readonly title: string;
  /** Width in points. */
  readonly width: number;
  /** Where elements are made: an XML document. */
  readonly document: Document;
}

/** From plots made for a screen, whose letters are 11.5 high, to paper, where they are 7. */
const scale = 7 / 11.5;
const head = 12;

/** Values with their intervals on paper. */
export function intervalSheet(rows: readonly IntervalRow[], options: IntervalSheetOptions): Figure {
  const { title, width, ...rest } = options;
  const plot = intervalPlot(rows, {
    ...rest,
    width: Math.floor(width / scale),
    colours: lightColours,
    fontFamily: figureFont,
  });
  const height = Number(plot.getAttribute("height")) * scale;
  const heading = `<text x="0" y="7" font-size="7" font-weight="600" fill="${figureInk.ink}">${escapeXml(shortened(title, Math.floor(width / (7 * 0.64))))}</text>`;
  const states = rows.some(({ points }) => points.some(({ state }) => state !== undefined));
  const legend = states
    ? `\n<text x="0" y="${round(head + height + 5)}" font-size="6" fill="${figureInk.muted}">${stateLegend}</text>`
    : "";
  return {
    title,
    content: `${heading}\n${plotPart(plot, { x: 0, y: head, scale })}${legend}`,
    width,
    height: head + height + (states ? 8 : 0),
  };
}
