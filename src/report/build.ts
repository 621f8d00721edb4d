import { platform } from "#platform";
import type { ExpectedRelation } from "../audit/expectations/expected-relation.ts";
import type { Finding, Matrix } from "../audit/schema.ts";
import { base64 } from "../pictures/base64.ts";
import { readKept, readSprite } from "../results/kept-pictures.ts";
import type { OpenRun } from "../results/open-run.ts";
import { cellImages } from "./cell-images.ts";
import { fillTemplate, scriptJson } from "./fill-template.ts";
import { provenanceOf, reportModels } from "./models.ts";
import { type PageOptions, pagePath, readTemplate, tooLarge, type WrittenReport, writePage } from "./page-file.ts";
import { type KeptPicture, type ReportLimits, type ReportParts, reportData, reportPicture } from "./report-data.ts";

/**
 * What was judged, and where to write: `report.html` in the run's folder by default. Pictures, then single images of large cells, are left
 * out to keep the size.
 */
export interface ReportOptions extends PageOptions {
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** What was expected of the run when the findings were made; nothing by default. */
  readonly expected?: readonly ExpectedRelation[];
}

/** Share of the room for data that figures and single images of cells may take before these are thinned. */
const pointsShare = 0.5;

/**
 * Writes a run as one HTML file that opens from disk with no network.
 * Errors: CfalignError("usage") if not even the figures fit; CfalignError("internal") if the page was not built.
 */
export async function writeReport(run: OpenRun, options: ReportOptions): Promise<WrittenReport> {
  const { files } = platform;
  const path = pagePath(run.path, "report", options);
  const { maxSizeMb = 15 } = options;
  const template = await readTemplate();
  const parts: ReportParts = {
    title: files.basename(files.resolve(run.path)),
    generator: `cfalign ${run.file.versions.cfalign}`,
    models: reportModels(run.file),
    provenance: provenanceOf(run.file),
    run,
    matrix: options.matrix,
    findings: options.findings,
    expected: options.expected ?? [],
    pictures: await picturesOf(run, options.findings),
  };
  const html = fitReport(template, parts, maxSizeMb * 1e6);
  if (html === undefined) throw tooLarge(`${run.bases.length} × ${run.downstream.length} cells`, maxSizeMb);
  return {
    path,
    bytes: await writePage(path, html.text, options),
    pictures: html.pictures,
    omittedPictures: parts.pictures.length - html.pictures,
  };
}

/** The largest report within a size in bytes; undefined if even the bare figures are larger. */
export function fitReport(
  template: string,
  parts: ReportParts,
  maxBytes: number,
): { readonly text: string; readonly pictures: number } | undefined {
  const size = (text: string): number => new TextEncoder().encode(text).length;
  const behind = cellImages(parts.run, parts.matrix.minBaseChange);
  const write = (limits: ReportLimits): string => fillTemplate(template, reportData(parts, limits, behind));
  const counts = parts.run.bases.map((base) => parts.run.counterfactuals.filter((row) => row.base === base).length);
  const most = Math.max(0, ...counts);
  let limits: ReportLimits = { points: most, pictures: 0, droppedImages: 500 };
  let bare = size(write(limits));
  const page = size(template);
  while (bare - page > (maxBytes - page) * pointsShare && limits.points > 0) {
    limits = { ...limits, points: Math.floor(limits.points / 2), droppedImages: Math.floor(limits.droppedImages / 2) };
    bare = size(write(limits));
  }
  if (bare > maxBytes) return undefined;
  let pictures = 0;
  // The name of a picture's image may be new to the list of names.
  for (let room = maxBytes - bare; pictures < parts.pictures.length; pictures++) {
    const picture = parts.pictures[pictures] as KeptPicture;
    room -= size(scriptJson(reportPicture(picture, 99_999, behind))) + size(scriptJson(picture.image)) + 2;
    if (room < 0) break;
  }
  return { text: write({ ...limits, pictures }), pictures };
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
