import { platform } from "#platform";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import { subgroups } from "../audit/cells/subgroups.ts";
import type { ExpectedRelation } from "../audit/expectations/expected-relation.ts";
import { base64 } from "../pictures/base64.ts";
import { readKept, readSprite } from "../results/kept-pictures.ts";
import { readMarks } from "../results/marks.ts";
import type { Finding, Matrix } from "../results/matrix-schema.ts";
import type { OpenRun } from "../results/open-run.ts";
import { cellImages } from "./cell-images.ts";
import { fillTemplate, scriptJson } from "./fill-template.ts";
import { featureSheets, reportFeature } from "./interventions.ts";
import { modeSheets, reportModes } from "./mode-sheets.ts";
import { provenanceOf, reportModels } from "./models.ts";
import { type PageOptions, pagePath, readTemplate, tooLarge, type WrittenReport, writePage } from "./page-file.ts";
import { repairsIn } from "./rectification-report.ts";
import {
  type KeptPicture,
  type ReportLimits,
  type ReportParts,
  reportData,
  reportPicture,
  shownMaps,
} from "./report-data.ts";
import { type SaliencyMapOptions, saliencyMaps } from "./saliency-maps.ts";
import { fitThumbnails, runThumbnails } from "./thumbnails.ts";

/**
 * What was judged, and where to write: `report.html` in the run's folder by default. Pictures, then single images of large cells, are left
 * out to keep the size.
 */
export interface ReportOptions extends PageOptions {
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** What was expected of the run when the findings were made; nothing by default. */
  readonly expected?: readonly ExpectedRelation[];
  /** One sheet of paper with the verdict alone; `onepage.html` in the run's folder by default. "report" by default. */
  readonly layout?: ReportParts["layout"];
  /** Address of a live page with the run's models and pictures, relative to the report: its pictures link to it. */
  readonly live?: string;
  /** Ask the run's models again for saliency maps of the first kept counterfactuals; none by default. */
  readonly saliency?: SaliencyMapOptions;
}

/** Share of the room for data that figures and single images of cells may take before these are thinned. */
const pointsShare = 0.5;

/** Share of the room that subgroups may take: labels after those that fill it are left out. */
const subgroupsShare = 0.1;

/** Share of the room beside them that thumbnails may take where there are pictures enough for the rest. */
const thumbnailsShare = 0.5;

/** Share of the room beside figures that saliency maps may take, where they were asked for. */
const mapsShare = 0.4;

/** Share of the room beside figures that pictures of interventions may take. */
const featuresShare = 0.4;

/** Share of the room beside these that pictures of modes may take. */
const modesShare = 0.2;

/** The name of a run's folder; a number, as runs get that nobody named, stands behind that of the pictures. */
function runTitle({ path, file }: OpenRun): string {
  const { files } = platform;
  const name = files.basename(files.resolve(path));
  return /^\d+$/.test(name) ? `${files.basename(file.images.folder)}, run ${name}` : name;
}

/**
 * Writes a run as one HTML file that opens from disk with no network.
 * Errors: CfalignError("usage") if not even the figures fit; CfalignError("internal") if the page was not built.
 */
export async function writeReport(run: OpenRun, options: ReportOptions): Promise<WrittenReport> {
  const { maxSizeMb = 15, layout = "report" } = options;
  const path = pagePath(run.path, layout, options);
  const template = await readTemplate();
  const pictures = await picturesOf(run, options.findings);
  const thumbnails = await runThumbnails(run);
  const { findings, matrix } = options;
  const parts: ReportParts = {
    layout,
    title: runTitle(run),
    generator: `cfalign ${run.file.versions.cfalign}`,
    models: reportModels(run.file),
    provenance: provenanceOf(run.file),
    run,
    matrix: options.matrix,
    findings: options.findings,
    expected: options.expected ?? [],
    pictures,
    saliency: options.saliency && (await saliencyMaps(run, pictures, options.saliency)),
    features: await featureSheets(run, options.findings),
    modes: layout === "report" ? await modeSheets(run, thumbnails, { findings, confidence: matrix.confidence }) : [],
    repairs: await repairsIn(run.path),
    marks: await readMarks(run.path),
    live: options.live,
    subgroups: subgroups(run, options.matrix),
  };
  const html = await fitReport(template, parts, { maxBytes: maxSizeMb * 1e6, thumbnails });
  if (html === undefined) throw tooLarge(`${run.bases.length} × ${run.downstream.length} cells`, maxSizeMb);
  return {
    path,
    bytes: await writePage(path, html.text, options),
    pictures: html.pictures,
    mapped: html.mapped,
    omittedPictures: parts.pictures.length - html.pictures,
  };
}

/** How large a report may be, and what may fill it besides its parts. */
export interface FitOptions {
  readonly maxBytes: number;
  /** Of all counterfactuals, where they were kept. */
  readonly thumbnails?: readonly Thumbnail[];
}

/** The largest report within a size in bytes; undefined if even the bare figures are larger. */
export async function fitReport(
  template: string,
  parts: ReportParts,
  { maxBytes, thumbnails = [] }: FitOptions,
): Promise<{ readonly text: string; readonly pictures: number; readonly mapped: number } | undefined> {
  const size = (text: string): number => new TextEncoder().encode(text).length;
  const behind = cellImages(parts.run, parts.matrix.minBaseChange);
  const write = (limits: ReportLimits, small?: ReportParts["thumbnails"]): string =>
    fillTemplate(template, reportData({ ...parts, thumbnails: small }, limits, behind));
  const counts = parts.run.bases.map((base) => parts.run.counterfactuals.filter((row) => row.base === base).length);
  const most = Math.max(0, ...counts);
  // Eight bytes a value in base64.
  const groupSizes = (parts.subgroups ?? []).map(({ cells, values }) => 11 * cells.length * values.length);
  let limits: ReportLimits = {
    points: most,
    pictures: 0,
    features: 0,
    modes: 0,
    droppedImages: 500,
    subgroups: fitting(groupSizes, maxBytes * subgroupsShare),
  };
  const page = size(template);
  const forPoints = (maxBytes - page) * pointsShare;
  const halve = (): void => {
    limits = { ...limits, points: Math.floor(limits.points / 2), droppedImages: Math.floor(limits.droppedImages / 2) };
  };
  /** What points take at least: of each four bytes in base64, and two letters. */
  const leastBytes = (): number =>
    counts.reduce((sum, count) => sum + Math.min(count, limits.points) * parts.run.downstream.length * 7, 0);
  while (leastBytes() > forPoints && limits.points > 0) halve();
  let bare = size(write(limits));
  while (bare - page > forPoints && limits.points > 0) {
    halve();
    bare = size(write(limits));
  }
  if (bare > maxBytes) return undefined;
  // The image of a picture may be new to the list of names, and to the labels and predictions beside it.
  const beside = 2 + 2 * (parts.run.downstream.length + Object.keys(parts.run.images[0]?.labels ?? {}).length);
  const sizes = parts.pictures.map(
    (picture) => size(scriptJson(reportPicture(picture, 99_999, behind))) + size(scriptJson(picture.image)) + beside,
  );
  const mapSizes = (parts.saliency?.maps ?? []).map((map) => size(scriptJson({ ...map, image: 99_999 })) + 1);
  const maps = fitting(mapSizes, (maxBytes - bare) * mapsShare);
  const mapped = mapSizes.slice(0, maps).reduce((sum, bytes) => sum + bytes, 0);
  const featureSizes = (parts.features ?? []).map(
    (sheet) =>
      size(scriptJson(reportFeature(sheet, parts.run, () => 99_999))) +
      sheet.edits.reduce((sum, { image }) => sum + size(scriptJson(image)) + beside, 1),
  );
  const features = fitting(featureSizes, (maxBytes - bare - mapped) * featuresShare);
  const moved = featureSizes.slice(0, features).reduce((sum, bytes) => sum + bytes, 0);
  const modeSizes = (parts.modes ?? []).map((each) => {
    const [bare, whole] = [false, true].map((pictured) => size(scriptJson(reportModes(each, pictured, () => 99_999))));
    return (whole as number) - (bare as number) + each.sheets.length * beside;
  });
  const modes = fitting(modeSizes, (maxBytes - bare - mapped - moved) * modesShare);
  limits = { ...limits, features, modes };
  const grouped = modeSizes.slice(0, modes).reduce((sum, bytes) => sum + bytes, 0);
  const room = maxBytes - bare - mapped - moved - grouped;
  const pictured = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const listed = behind.map((each) => ({ ...each, counterfactuals: each.counterfactuals.slice(0, limits.points) }));
  const small = await fitThumbnails(thumbnails, listed, Math.max(room * thumbnailsShare, room - pictured));
  const pictures = fitting(sizes, maxBytes - size(write(limits, small)) - mapped);
  const shown = { ...limits, pictures, maps };
  return { text: write(shown, small), pictures, mapped: shownMaps(parts, shown).length };
}

/** How many of some things, the first ones, fit. */
function fitting(sizes: readonly number[], room: number): number {
  let left = room;
  const first = sizes.findIndex((size) => {
    left -= size;
    return left < 0;
  });
  return first < 0 ? sizes.length : first;
}

/**
 * Kept counterfactuals in the order in which they are worth their bytes: bases with findings first, and of every base
 * one picture before any has two. Within a base those come first that show its strongest finding.
 */
async function picturesOf(run: OpenRun, findings: readonly Finding[]): Promise<KeptPicture[]> {
  const pictures: KeptPicture[] = [];
  for (const each of run.pictures) {
    const kept = await readKept(run.path, each);
    pictures.push({ ...kept, dataUri: `data:image/webp;base64,${base64(await readSprite(run.path, kept))}` });
  }
  return orderPictures(pictures, findings);
}

/** What the order of pictures depends on. */
interface Along {
  readonly base: string;
  readonly predictions: Readonly<Record<string, readonly number[]>>;
}

/** See `picturesOf`. */
export function orderPictures<T extends Along>(pictures: readonly T[], findings: readonly Finding[]): T[] {
  const place = new Map<string, number>();
  for (const { base } of [...findings, ...pictures]) if (!place.has(base)) place.set(base, place.size);
  const strongest = new Map(findings.toReversed().map(({ base, downstream }) => [base, downstream]));
  const ranked = [...new Set(pictures.map(({ base }) => base))].flatMap((base) => {
    const shown = strongest.get(base);
    const movement = ({ predictions }: T): number => {
      const along = shown === undefined ? undefined : predictions[shown];
      return along === undefined ? 0 : Math.abs((along.at(-1) ?? 0) - (along[0] ?? 0));
    };
    return pictures
      .filter((picture) => picture.base === base)
      .sort((a, b) => movement(b) - movement(a))
      .map((picture, rank) => ({ picture, rank, base: place.get(base) ?? 0 }));
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.base - b.base).map(({ picture }) => picture);
}
