/** What is used of pdfkit, which comes without types. */
declare module "pdfkit" {
  interface Options {
    readonly size: readonly [number, number];
    readonly margin: number;
    /** Path of the first font. */
    readonly font: string;
    readonly info: { readonly Title: string; readonly Producer: string; readonly CreationDate: Date };
  }
  export default class PDFDocument extends NodeJS.ReadableStream {
    constructor(options: Options);
    registerFont(name: string, path: string): this;
    end(): void;
    [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array>;
  }
}
