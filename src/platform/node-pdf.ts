import { fontPath } from "./node-fonts.ts";
import type { Platform } from "./platform.ts";

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
