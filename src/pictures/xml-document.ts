import { DOMParser } from "linkedom";

/** Where the elements of a plot are made outside of a browser. An XML document writes its attributes escaped; an HTML document leaves "<" in them, which no SVG reader accepts. */
export function xmlDocument(): Document {
  return new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
}
