import type { LabelGroups } from "../audit/cells/subgroups.ts";
import { noEffect } from "../audit/effects/no-effect.ts";
import { type Moved, typicalEdit } from "../audit/effects/typical-edit.ts";
import type { ExpectedRelation } from "../audit/expectations/expected-relation.ts";
import { summarize } from "../audit/findings/summary.ts";
import { marksHold } from "../audit/marks.ts";
import { type Opening, openingOf } from "../audit/opening.ts";
import { readMatrix } from "../audit/reading.ts";
import { thresholdsOf } from "../audit/thresholds.ts";
import { applies, isGroup, type OptionTable, type Value } from "../options/option.ts";
import { runOptionTable } from "../options/run.ts";
import type { KeptCounterfactual } from "../results/kept.ts";
import type { Mark } from "../results/marks.ts";
import type { Cell, Finding, Matrix } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import { median } from "../statistics/moments.ts";
import { type BaseImages, type CellImage, cellImages } from "./cell-images.ts";
import type { BasePoints, Provenance, ReportData, ReportInterventions, ReportModel, ReportPicture } from "./data.ts";
import { editsOf, type FeatureSheet, reportFeature, tellers } from "./interventions.ts";
import { type ModeSheets, reportModes } from "./mode-sheets.ts";
import { pack, packFlags, packThousandths, rounded } from "./pack.ts";
import { labelsOf, predictionsOf } from "./per-image.ts";
import type { SaliencyMaps } from "./saliency-maps.ts";
import type { FittedThumbnails, NamedTiles } from "./thumbnails.ts";

/** A kept counterfactual with its sprite as a data URI. */
export interface KeptPicture extends KeptCounterfactual {
  readonly dataUri: string;
}

/** What a report is made of. */
export interface ReportParts {
  /** "report" by default. */
  readonly layout?: ReportData["layout"];
  readonly title: string;
  readonly generator: string;
  readonly models: readonly ReportModel[];
  readonly provenance: Provenance;
  readonly run: RunData;
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** What was expected of the run; nothing by default. */
  readonly expected?: readonly ExpectedRelation[];
  /** Most important first; what doesn't fit is taken from the end. */
  readonly pictures: readonly KeptPicture[];
  readonly thumbnails?: FittedThumbnails | undefined;
  /** Of the first of these pictures. */
  readonly saliency?: SaliencyMaps | undefined;
  /** Most important first. */
  readonly features?: readonly FeatureSheet[];
  /** Most important first. */
  readonly modes?: readonly ModeSheets[];
  readonly repairs?: ReportData["repairs"];
  readonly marks?: readonly Mark[];
  readonly live?: string | undefined;
  readonly subgroups?: readonly LabelGroups[];
}

/** How much of a run goes into a report. */
export interface ReportLimits {
  /** Counterfactuals per base that are listed one by one. */
  readonly points: number;
  readonly pictures: number;
  /** Saliency maps of as many pictures; of all when absent. */
  readonly maps?: number;
  /** Features whose interventions are shown; all when absent. */
  readonly features?: number;
  /** Bases whose modes are shown with pictures; all when absent. */
  readonly modes?: number;
  readonly droppedImages: number;
  /** Labels whose groups are shown; all when absent. */
  readonly subgroups?: number;
}

/** Collects what a report shows, within limits; says what was left out. `behind`: the images behind its cells, for who asks more than once. */
export function reportData(
  parts: ReportParts,
  limits: ReportLimits,
  behind: readonly BaseImages[] = cellImages(parts.run, parts.matrix.minBaseChange),
): ReportData {
  const { title, generator, models, provenance, run, matrix, findings } = parts;
  const images: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (image: string): number => {
    const known = numbers.get(image);
    if (known !== undefined) return known;
    numbers.set(image, images.length);
    return images.push(image) - 1;
  };
  const points = behind.map((each) => basePoints(each, limits.points, numberOf));
  const pictures = parts.pictures
    .slice(0, limits.pictures)
    .map((picture) => reportPicture(picture, numberOf(picture.image), behind));
  const maps = shownMaps(parts, limits);
  const summary = summarize(run, matrix, findings, { expected: parts.expected ?? [] });
  const opening = openingOf(matrix, findings, summary);
  const interventions = interventionsOf(parts, limits, { opening, numberOf });
  const pictured = limits.modes ?? Number.POSITIVE_INFINITY;
  const modes = (parts.modes ?? []).map((each, place) => reportModes(each, place < pictured, numberOf));
  const tiles = ({ images, ...rest }: NamedTiles) => ({ ...rest, images: images.map(numberOf) });
  const thumbnails = parts.thumbnails && {
    before: tiles(parts.thumbnails.before),
    after: parts.thumbnails.after.map(({ base, ...after }) => ({ base, ...tiles(after) })),
  };
  const dropped = run.images.flatMap(({ image, dropReason }) =>
    dropReason === null ? [] : [{ image, reason: dropReason }],
  );
  const thresholds = thresholdsOf(run);
  return {
    kind: "run",
    format: 1,
    layout: parts.layout ?? "report",
    title,
    generator,
    models,
    options: shownOptions(run),
    counts: countsOf(run),
    matrix: rounded(matrix),
    findings,
    summary,
    opening,
    provenance,
    reading: rounded(readMatrix(matrix, thresholds)),
    thresholds,
    ...(parts.live === undefined ? {} : { live: parts.live }),
    repairs: parts.repairs ?? [],
    marks: parts.marks ?? [],
    marksHold: marksHold(parts.marks ?? [], matrix),
    images,
    points,
    pictures,
    thumbnails: thumbnails ?? null,
    saliency:
      parts.saliency === undefined
        ? null
        : { ...parts.saliency, maps: maps.map(({ image, ...rest }) => ({ image: numberOf(image), ...rest })) },
    interventions,
    modes,
    labels: labelsOf(run, images),
    predictions: predictionsOf(run, images),
    subgroups: (parts.subgroups ?? []).slice(0, limits.subgroups).map(packedSubgroups),
    droppedImages: dropped.slice(0, limits.droppedImages),
    omitted: {
      pictures: parts.pictures.length - pictures.length,
      points: behind.reduce((sum, { counterfactuals }) => sum + Math.max(0, counterfactuals.length - limits.points), 0),
      thumbnails: parts.thumbnails?.omitted ?? 0,
      saliency: (parts.saliency?.maps.length ?? 0) - maps.length,
      features: (parts.features?.length ?? 0) - interventions.features.length,
      modes: Math.max(0, modes.length - pictured),
      subgroups: Math.max(0, (parts.subgroups?.length ?? 0) - (limits.subgroups ?? Number.POSITIVE_INFINITY)),
      droppedImages: Math.max(0, dropped.length - limits.droppedImages),
    },
  };
}

function packedSubgroups({
  label,
  values,
  cells,
}: NonNullable<ReportParts["subgroups"]>[number]): ReportData["subgroups"][number] {
  const figures = cells
    .flat()
    .flatMap(({ mean, ci, count }) => [mean, ci?.[0], ci?.[1], Math.min(count, 32_000) / 1000]);
  return { label, values, cells: packThousandths(figures) };
}

function countsOf({ images, counterfactuals }: RunData): ReportData["counts"] {
  const evaluations = counterfactuals.map((row) => row.evaluations);
  return {
    images: images.length,
    counterfactuals: evaluations.length,
    medianEvaluations: evaluations.length === 0 ? null : median(evaluations),
    maxEvaluations: evaluations.length === 0 ? null : evaluations.reduce((most, one) => Math.max(most, one)),
  };
}

/** The maps that fit, of pictures that fit. */
export function shownMaps({ pictures, saliency }: ReportParts, limits: ReportLimits): SaliencyMaps["maps"] {
  const key = ({ base, image }: { readonly base: string; readonly image: string }) => JSON.stringify([base, image]);
  const shown = new Set(pictures.slice(0, limits.pictures).map(key));
  return (saliency?.maps ?? []).slice(0, limits.maps).filter((map) => shown.has(key(map)));
}

/** A kept counterfactual as the report holds it. */
export function reportPicture(picture: KeptPicture, image: number, behind: readonly BaseImages[]): ReportPicture {
  const cells = behind.find(({ base }) => base === picture.base)?.cells(picture.image) ?? [];
  return {
    image,
    base: picture.base,
    width: picture.width,
    height: picture.height,
    sprite: picture.dataUri,
    ...rounded({
      shares: picture.shares,
      predictions: picture.predictions,
      relativeChanges: cells.map((cell) => cell?.relativeChange ?? null),
    }),
    present: packFlags(cells.map((cell) => cell?.present)),
  };
}

/** What is shown of interventions, and said of every cell beside its effect. */
function interventionsOf(
  { run, matrix, features = [] }: ReportParts,
  limits: ReportLimits,
  { opening, numberOf }: { readonly opening: Opening; readonly numberOf: (image: string) => number },
): ReportInterventions {
  // A card shows the edit of its cell with what it does to a clean classifier.
  const besideOf = ({ base, downstream }: Cell): readonly Moved[] => {
    const card = opening.cards.find((each) => each.base === base && each.downstream === downstream);
    return matrix.cells.flatMap((cell) =>
      cell.base === card?.clean && cell.downstream === downstream && cell.effect !== null
        ? [{ classifier: cell.base, effect: cell.effect }]
        : [],
    );
  };
  const shown = features.slice(0, limits.features);
  const edits = new Map(
    shown.map((sheet) => [
      sheet.feature,
      editsOf(sheet, run).map((row, place) => ({ row, seen: sheet.seen[place] ?? 0 })),
    ]),
  );
  return {
    classifiers: tellers(run),
    features: shown.map((sheet) => reportFeature(sheet, run, numberOf)),
    typical: matrix.cells.map((cell) => {
      const { base, effect } = cell;
      if (effect === null) return null;
      return typicalEdit([{ classifier: base, effect }, ...besideOf(cell)], edits.get(effect.feature) ?? []);
    }),
    noEffect: matrix.cells.map(noEffect(run)),
  };
}

/** The first counterfactuals of a base (the order of a run is random) with every downstream classifier. */
function basePoints(behind: BaseImages, most: number, numberOf: (image: string) => number): BasePoints {
  const rows = behind.counterfactuals.slice(0, most);
  // As objects all at once, the images of a large run would fill the memory.
  const all = <T>(of: (cell: CellImage) => T): (T | undefined)[] =>
    behind.columns.flatMap((column) =>
      rows.map((_, place) => {
        const cell = column(place);
        return cell && of(cell);
      }),
    );
  return {
    base: behind.base,
    images: rows.map((row) => numberOf(row.image)),
    stopReasons: rows.map((row) => row.stopReason),
    evaluations: rows.map((row) => row.evaluations),
    ...rounded({
      lambdas: rows.map(({ lambda }) => lambda),
      lengths: rows.map(({ lambda, length }) => (lambda === null ? length : null)),
    }),
    relativeChanges: pack(all(({ relativeChange }) => relativeChange)),
    used: packFlags(all(({ used }) => used)),
    present: packFlags(all(({ present }) => present)),
    apart: packFlags(rows.map((_, index) => behind.apart[index])),
  };
}

/** Options that say how the run was made; those of the other search are left out. */
function shownOptions({ options }: RunData): ReportData["options"] {
  return shownOf(runOptionTable, { ...options });
}

function shownOf(table: OptionTable, values: Readonly<Record<string, unknown>>): ReportData["options"] {
  const shown: Record<string, Value> = {};
  for (const [name, entry] of Object.entries(table)) {
    const value = values[name];
    if (isGroup(entry))
      Object.assign(shown, value && shownOf(entry.members, value as Readonly<Record<string, unknown>>));
    else if (value !== undefined && value !== false && entry.report !== false && applies(entry, values)) {
      shown[entry.report ?? name] = value as Value;
    }
  }
  return shown;
}
