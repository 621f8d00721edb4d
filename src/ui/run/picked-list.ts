import type { ReportLabel } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import type { GalleryItem } from "./gallery-items.ts";

/** Images of a cell as a table: a line each after the names of the columns. */
export function csvOf(
  items: readonly GalleryItem[],
  { base, downstream }: Pick<Cell, "base" | "downstream">,
  labels: readonly ReportLabel[],
): string {
  const head = ["image", "base", "downstream", "relative_change", "feature", "prediction", "stop_reason"];
  const lines = items.map(({ name, point, prediction, labels: own }) => [
    name,
    base,
    downstream,
    String(point.relativeChange),
    point.present === undefined ? "" : point.present ? "present" : "absent",
    prediction === undefined ? "" : prediction.toFixed(3),
    point.stopReason,
    ...labels.map((label) => String(own[label.name] ?? "")),
  ]);
  const all = [[...head, ...labels.map(({ name }) => `label.${name}`)], ...lines];
  return all.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** The same images as a query of `cfalign find`. */
export function findQueryOf(
  items: readonly GalleryItem[],
  { base, downstream }: Pick<Cell, "base" | "downstream">,
): string {
  const images = items.map(({ name }) => `image = ${text(name)}`);
  const cell = `base = ${text(base)} and downstream = ${text(downstream)}`;
  // Images that are counted apart are listed where the query speaks of how searches ended.
  const apart = items.some(({ point }) => point.apart) ? " and stop != none" : "";
  return `${cell}${apart} and ${images.length === 1 ? images[0] : `(${images.join(" or ")})`}`;
}

function text(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
