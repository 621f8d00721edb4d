import { DOMParser } from "linkedom";
import { type Alignment, alignmentPanel, lightColours, type PlotColours } from "./alignment-plot.ts";
import { escapeXml, figureFont } from "./figure.ts";

export interface FigureOptions {
  /** Width of the whole figure in pixels (default 1120). */
  readonly width?: number;
  /** Height of the panels in pixels (default 340). */
  readonly height?: number;
  /** Line above the panels. */
  readonly title?: string;
  /** Downstream classifier to stand out. */
  readonly focus?: string;
  readonly colours?: PlotColours;
}

/** The alignment plot of one counterfactual as an SVG file: two panels, aligned and inverse (the paper's Fig. 3), on an opaque ground. */
export function alignmentFigure(
  alignment: Alignment,
  options: FigureOptions = {},
): { readonly svg: string; readonly width: number; readonly height: number } {
  const { width = 1120, height = 340, colours = lightColours, title, focus } = options;
  const head = title === undefined ? 12 : 40;
  const gap = 24;
  const panelWidth = Math.floor((width - 3 * gap) / 2);
  const document = xmlDocument();
  const panels = (["aligned", "inverse"] as const).map((panel, index) => {
    const svg = alignmentPanel(alignment, panel, {
      width: panelWidth,
      height,
      colours,
      fontFamily: figureFont,
      document,
      ...(focus === undefined ? {} : { focus }),
    });
    // The class scopes a style sheet that Plot makes for browsers; two panels in one file would share it.
    for (const style of svg.querySelectorAll("style")) style.remove();
    svg.removeAttribute("class");
    svg.setAttribute("x", String(gap + index * (panelWidth + gap)));
    svg.setAttribute("y", String(head));
    return svg.outerHTML;
  });
  const whole = height + head + 12;
  const heading =
    title === undefined
      ? ""
      : `<text x="${gap}" y="28" font-size="15" font-weight="600" fill="${colours.ink}">${escapeXml(title)}</text>`;
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${figureFont}">\n<title>${escapeXml(title ?? `Alignment plot of ${alignment.base.name}`)}</title>\n<rect width="${width}" height="${whole}" fill="${colours.paper}"/>\n${heading}\n${panels.join("\n")}\n</svg>\n`,
    width,
    height: whole,
  };
}

/** Where the elements of a plot are made outside of a browser. An XML document writes its attributes escaped; an HTML document leaves "<" in them, which no SVG reader accepts. */
export function xmlDocument(): Document {
  return new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
}
