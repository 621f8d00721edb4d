/** What is used of svg-to-pdfkit, which comes without types. */
declare module "svg-to-pdfkit" {
  import type PDFDocument from "pdfkit";

  interface Options {
    readonly width: number;
    readonly height: number;
    readonly assumePt: boolean;
    readonly fontCallback: (family: string, bold: boolean) => string;
    readonly warningCallback: (warning: string) => void;
  }
  /** Draws an SVG into a document of pdfkit. */
  export default function svgToPdf(document: PDFDocument, svg: string, x: number, y: number, options: Options): void;
}
