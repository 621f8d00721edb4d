import { round } from "./figure.ts";

/** Where a plot stands in a figure, and by how much it is made smaller. */
export interface PartPlace {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A plot, made in an XML document, as a part of an SVG file. Changes the plot. */
export function plotPart(plot: SVGSVGElement, { x, y, scale }: PartPlace): string {
  // The class scopes a style sheet that Plot makes for browsers; two plots in one file would share it.
  for (const style of plot.querySelectorAll("style")) style.remove();
  plot.removeAttribute("class");
  return `<g transform="translate(${round(x)},${round(y)}) scale(${Number(scale.toFixed(4))})">${plot.outerHTML}</g>`;
}
