import { nodeFiles } from "./node-files.ts";
import type { Platform } from "./platform.ts";

/** Weights of the font that travels with the package, by the names that files of figures give them. */
const weights = { regular: "Inter-Regular", bold: "Inter-SemiBold" } as const;

/** Path of a font of figures. */
function fontPath(weight: keyof typeof weights): string {
  return nodeFiles.join(nodeFiles.packageFolder(), "fonts", `${weights[weight]}.ttf`);
}

/** See `Platform.readFont`. */
export const readFont: Platform["readFont"] = (weight) => nodeFiles.read(fontPath(weight));

/** See `Platform.writePdf`. */
export const writePdf: Platform["writePdf"] = async (svg, { title, width, height }) => {
  const { default: PDFDocument } = await import("pdfkit");
  const { default: svgToPdf } = await import("svg-to-pdfkit");
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    font: fontPath("regular"),
    // One figure, one file: when it was made is no part of it.
    info: { Title: title, Producer: "cfalign", CreationDate: new Date(0) },
  });
  for (const weight of ["regular", "bold"] as const) document.registerFont(weight, fontPath(weight));
  svgToPdf(document, svg, 0, 0, {
    width,
    height,
    assumePt: true,
    fontCallback: (_, bold) => (bold ? "bold" : "regular"),
    warningCallback: (warning) => {
      throw new Error(`a figure that cannot be written as PDF: ${warning}`);
    },
  });
  document.end();
  const parts: Uint8Array[] = [];
  for await (const part of document) parts.push(part);
  return Buffer.concat(parts);
};
