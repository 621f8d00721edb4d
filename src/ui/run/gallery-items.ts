import type { ReportData, Tiles } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { type Cut, tileCut } from "../parts/frame.tsx";
import type { CellPoint } from "./points.ts";

/** One image of a cell, in small. */
export interface GalleryItem {
  readonly point: CellPoint & { readonly relativeChange: number };
  readonly name: string;
  /** Reconstruction and counterfactual; undefined where they are not in the file. */
  readonly before: Cut | undefined;
  readonly after: Cut | undefined;
  /** Prediction of the downstream classifier on the reconstruction. */
  readonly prediction: number | undefined;
  /** Value of every label of the file; undefined where the image has none. */
  readonly labels: Readonly<Record<string, number | undefined>>;
}

/** Which images of a cell are shown; what is undefined is not asked. */
export interface GalleryFilter {
  readonly feature?: "with" | "without";
  readonly label?: { readonly name: string; readonly value: number };
  readonly stopReason?: string;
  readonly changeFrom?: number;
  readonly changeTo?: number;
  readonly predictionFrom?: number;
  readonly predictionTo?: number;
  readonly picked?: true;
}

/** In which order they are shown. */
export type GalleryOrder = "largest" | "against" | "highest" | "lowest" | "run";

export const galleryOrders: Readonly<Record<GalleryOrder, string>> = {
  largest: "largest change first",
  against: "counterexamples first",
  highest: "highest first",
  lowest: "lowest first",
  run: "as in the run",
};

/** The images of a cell that moved its base far enough, in the order of the run. */
export function galleryItems(report: ReportData, cell: Cell, points: readonly CellPoint[]): GalleryItem[] {
  const { thumbnails, labels, images } = report;
  const before = cutsOf(thumbnails?.before);
  const after = cutsOf(thumbnails?.after.find(({ base }) => base === cell.base));
  const predictionOf = predictionsOf(report, cell.downstream);
  return points.flatMap((point) => {
    const { image, relativeChange, used, apart } = point;
    if (!(used || apart) || relativeChange === undefined) return [];
    return {
      point: { ...point, relativeChange },
      name: images[image] ?? "",
      before: before(image),
      after: after(image),
      prediction: predictionOf(image),
      labels: Object.fromEntries(
        labels.map(({ name, values, places }) => [name, values[Number.parseInt(places[image] ?? "-", 36)]]),
      ),
    };
  });
}

/** Those that a filter lets through. */
export function shownItems(
  items: readonly GalleryItem[],
  filter: GalleryFilter,
  picked: ReadonlySet<string>,
): GalleryItem[] {
  const { feature, label, stopReason, changeFrom, changeTo, predictionFrom, predictionTo } = filter;
  const within = (value: number | undefined, from: number | undefined, to: number | undefined): boolean =>
    (from === undefined || (value !== undefined && value >= from)) &&
    (to === undefined || (value !== undefined && value <= to));
  return items.filter(
    ({ name, point, prediction, labels }) =>
      (feature === undefined || point.present === (feature === "with")) &&
      (label === undefined || labels[label.name] === label.value) &&
      (stopReason === undefined || point.stopReason === stopReason) &&
      within(point.relativeChange, changeFrom, changeTo) &&
      within(prediction, predictionFrom, predictionTo) &&
      (filter.picked === undefined || picked.has(name)),
  );
}

/** Items in an order; against: where images lie that speak against what is said of the cell. */
export function orderedItems(
  items: readonly GalleryItem[],
  order: GalleryOrder,
  against: "low" | "high" | "far",
): GalleryItem[] {
  const keys: Readonly<Record<GalleryOrder, (change: number) => number>> = {
    largest: (change) => -Math.abs(change),
    highest: (change) => -change,
    lowest: (change) => change,
    against: (change) => (against === "far" ? -Math.abs(change) : against === "low" ? change : -change),
    run: () => 0,
  };
  const key = keys[order];
  return items.toSorted((a, b) => key(a.point.relativeChange) - key(b.point.relativeChange));
}

/** Where each image lies in a picture of tiles. */
export function cutsOf(tiles: Tiles | undefined): (image: number) => Cut | undefined {
  if (tiles === undefined) return () => undefined;
  const { images } = tiles;
  const places = new Map(images.map((image, place) => [image, place]));
  return (image) => {
    const place = places.get(image);
    return place === undefined ? undefined : tileCut(tiles, place, images.length);
  };
}

/** A classifier's predictions by image. */
function predictionsOf(report: ReportData, classifier: string): (image: number) => number | undefined {
  const found = report.predictions.find((each) => each.classifier === classifier);
  if (found === undefined) return () => undefined;
  const { low, high } = found;
  const letters = atob(found.bytes);
  return (image) => {
    const byte = letters.charCodeAt(image);
    return Number.isNaN(byte) || byte === 255 ? undefined : low + ((high - low) * byte) / 254;
  };
}
