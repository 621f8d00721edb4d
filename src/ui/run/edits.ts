import type { ReportData, ReportFeature } from "../../report/data.ts";
import type { Cell, CellEffect } from "../../results/matrix-schema.ts";
import type { Cut } from "../parts/frame.tsx";

/** What a classifier says of a picture before and after an edit. */
export interface Said {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** A picture with a feature taken out or put in, as it looks from a cell. */
export interface CellEdit {
  /** Name of the image. */
  readonly name: string;
  readonly side: "remove" | "add";
  readonly before: Cut;
  readonly after: Cut;
  /** The cell's base, the witness of its own feature, and that of the feature that was edited. */
  readonly said: readonly Said[];
  /** Whether it is the one that stands for the effect. */
  readonly typical: boolean;
}

/** Who speaks of the interventions of an effect: the base, the witness of its own feature, and that of the feature. */
export function speakers({ base }: Pick<Cell, "base">, { removed, added, witness }: CellEffect): string[] {
  const own = (removed ?? added)?.own.name;
  return [...new Set([base, ...(own === undefined ? [] : [own]), witness])];
}

/** The pictures of a cell's feature; undefined where the file has none. */
export function featureOf({ interventions }: ReportData, { effect }: Cell): ReportFeature | undefined {
  return effect === null ? undefined : interventions.features.find(({ feature }) => feature === effect.feature);
}

/** A tile of a feature's pictures: 0 is the pattern, then before and after of every edit. */
export function tileOf({ source, width, height }: ReportFeature, place: number): Cut {
  return { source, left: place * width, top: 0, width, height };
}

/** The kept interventions of a cell's feature, in their order; none where it has no effect. */
export function editsOf(report: ReportData, cell: Cell): CellEdit[] {
  const { effect } = cell;
  const feature = featureOf(report, cell);
  if (effect === null || feature === undefined) return [];
  const { classifiers, typical } = report.interventions;
  const places = speakers(cell, effect).map((name) => ({ name, at: classifiers.indexOf(name) }));
  const chosen = typical[report.matrix.cells.indexOf(cell)];
  return feature.edits.map(({ image, side, before, after }, place) => ({
    name: report.images[image] ?? "",
    side,
    before: tileOf(feature, 1 + 2 * place),
    after: tileOf(feature, 2 + 2 * place),
    said: places.map(({ name, at }) => ({ name, before: before[at] ?? null, after: after[at] ?? null })),
    typical: place === chosen,
  }));
}
