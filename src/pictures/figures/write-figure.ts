import { platform } from "#platform";
import { base64 } from "../base64.ts";
import { type Figure, figureSvg, pointsPerMillimetre } from "../figure.ts";
import { withDensity } from "./png-density.ts";

/** Files that a figure can be: drawings with their fonts inside, or a picture. */
export type FigureFormat = "svg" | "png" | "pdf";

/** A figure as a file. `dpi`: pixels per inch of a PNG. */
export async function figureFile(
  figure: Figure,
  format: FigureFormat,
  { dpi }: { readonly dpi: number },
): Promise<Uint8Array> {
  switch (format) {
    case "svg":
      return new TextEncoder().encode(figureSvg(figure, { style: await fontFaces() }));
    case "pdf":
      return platform.writePdf(figureSvg(figure, { unit: "pt" }), figure);
    case "png": {
      const pixels = (points: number): number => Math.round((points / 72) * dpi);
      const size = { width: pixels(figure.width), height: pixels(figure.height) };
      return withDensity(await platform.encodeImage(await platform.renderSvg(figureSvg(figure), size), "png"), dpi);
    }
  }
}

/** Millimetres of a length in points. */
export function millimetres(points: number): number {
  return Number((points / pointsPerMillimetre).toFixed(1));
}

/** The fonts as a style sheet, so that a drawing looks the same where they are not installed. */
async function fontFaces(): Promise<string> {
  const face = async (weight: "regular" | "bold", value: number): Promise<string> =>
    `@font-face{font-family:Inter;font-weight:${value};src:url(data:font/ttf;base64,${base64(await platform.readFont(weight))})}`;
  return `${await face("regular", 400)}${await face("bold", 600)}`;
}
