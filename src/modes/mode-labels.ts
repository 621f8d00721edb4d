import { csvFormatRows } from "d3-dsv";
import type { ImageRow } from "../alignment/rows.ts";
import { CfalignError } from "../base/errors.ts";
import { likeness } from "./modes.ts";
import { changeDirections } from "./picture-change.ts";
import type { PicturedModes } from "./run-modes.ts";

/** First labels of what a mode shows: images by name. */
export interface ModeLabels {
  /** The clearest of the mode, in which the thing is there to be taken out. */
  readonly ones: readonly string[];
  /** Images whose change is furthest from that of the mode. */
  readonly zeros: readonly string[];
}

/** Labels of either kind at most. */
const mostLabels = 30;

/**
 * A mode as a feature: its clearest images as ones, at most half of all, and as zeros as many of those whose counterfactuals change least in its way: of other modes, where these
 * have enough. Both are to be looked at before anything is learned from them. mode: its place in `modes`, from 0. Errors: CfalignError("usage") for a mode that is not there.
 */
export function modeLabels({ modes, pictures }: PicturedModes, mode: number, most: number = mostLabels): ModeLabels {
  const one = modes.modes[mode];
  if (one === undefined) {
    throw new CfalignError(
      "usage",
      (named) => `${named("mode")}: expected a mode from 1 to ${modes.modes.length}, got ${mode + 1}`,
      { option: "mode" },
    );
  }
  const ones = one.images.slice(0, Math.min(most, Math.floor(pictures.length / 2)));
  const own = new Set(one.images);
  const others = pictures.flatMap(({ image }, place) => (own.has(image) ? [] : [place]));
  const rest = pictures.flatMap(({ image }, place) => (ones.includes(image) ? [] : [place]));
  const members = pictures.flatMap(({ image }, place) => (own.has(image) ? [place] : []));
  const alike = likeness(changeDirections(pictures).directions, members);
  const zeros = (others.length < ones.length ? rest : others)
    .toSorted((a, b) => (alike[a] as number) - (alike[b] as number))
    .slice(0, ones.length)
    .map((place) => pictures[place]?.image as string);
  return { ones, zeros };
}

/** A table as cfalign reads it (`metadata.csv`): all images with the labels that they had, and a column more; blank where nobody knows. */
export function labelTable(
  images: readonly Pick<ImageRow, "image" | "labels">[],
  name: string,
  { ones, zeros }: ModeLabels,
): string {
  const columns = [...new Set(images.flatMap(({ labels }) => Object.keys(labels)))];
  if (columns.includes(name)) {
    throw new CfalignError(
      "usage",
      (named) => `${named("name")}: expected a name that no label of the images has, got "${name}"`,
      { option: "name" },
    );
  }
  const label = new Map([
    ...zeros.map((image) => [image, "0"] as const),
    ...ones.map((image) => [image, "1"] as const),
  ]);
  return `${csvFormatRows([
    ["file_name", ...columns, name],
    ...images.map(({ image, labels }) => [
      image,
      ...columns.map((column) => String(labels[column] ?? "")),
      label.get(image) ?? "",
    ]),
  ])}\n`;
}
