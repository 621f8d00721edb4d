import { type Alignment, alignmentPanel, lightColours } from "./alignment-plot.ts";
import { type Figure, figureFont } from "./figure.ts";
import { plotPart } from "./plot-part.ts";

export interface SheetOptions {
  /** Width in points. */
  readonly width: number;
  /** Where elements are made: an XML document. */
  readonly document: Document;
  /** Downstream classifier to stand out. */
  readonly focus?: string;
}

/** From plots made for a screen, whose letters are 11 high, to paper, where they are 7. */
const scale = 7 / 11;
const gap = 10;
/** A panel narrower than this has no room for its names. */
const leastPanel = 200;

/** The alignment plot of one counterfactual on paper (the paper's Fig. 3): both panels side by side, or one below the other where a column is narrow. */
export function alignmentSheet(alignment: Alignment, { width, document, focus }: SheetOptions): Figure {
  const aside = (width - gap) / 2 >= leastPanel;
  const panelWidth = aside ? (width - gap) / 2 : width;
  const panelHeight = Math.min(170, panelWidth * 0.72);
  const parts = (["aligned", "inverse"] as const).map((panel, index) => {
    const plot = alignmentPanel(alignment, panel, {
      width: Math.floor(panelWidth / scale),
      height: Math.floor(panelHeight / scale),
      colours: lightColours,
      fontFamily: figureFont,
      document,
      ...(focus === undefined ? {} : { focus }),
    });
    const [x, y] = aside ? [index * (panelWidth + gap), 0] : [0, index * (panelHeight + gap)];
    return plotPart(plot, { x, y, scale });
  });
  return {
    title: `Predictions on the way to the counterfactual of ${alignment.base.name}`,
    content: parts.join("\n"),
    width,
    height: aside ? panelHeight : 2 * panelHeight + gap,
  };
}
