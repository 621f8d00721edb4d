import { parseHTML } from "linkedom";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";

/** A part as it stands in the page before anything is clicked. */
export function markup(part: ReactNode): Document {
  return parseHTML(`<!doctype html><html><body>${renderToStaticMarkup(part)}</body></html>`).document;
}

/** The trimmed texts of all elements that match. */
export function textsOf(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => (textContent ?? "").trim());
}
