import { CfalignError } from "../base/errors.ts";
import type { PageData } from "./data.ts";

const opening = '<script type="application/json" id="cfalign-data">';

/** Puts data into the built page. Errors: CfalignError("internal") if the page has no place for it. */
export function fillTemplate(template: string, data: PageData): string {
  const at = template.indexOf(opening);
  if (at < 0) throw new CfalignError("internal", `the report's template has no ${opening}: build it anew`);
  const start = at + opening.length;
  return `${template.slice(0, start)}${scriptJson(data)}${template.slice(start)}`;
}

/** JSON that can stand inside a script element whatever its strings hold: no "<" is left that could end it. */
export function scriptJson(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
