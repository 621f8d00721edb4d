import { cellPoints } from "../audit/cells/cell-points.ts";
import { type Movements, movements } from "../audit/cells/movements.ts";
import { type Decisions, decisions } from "../audit/cells/presence.ts";
import { summarize } from "../audit/findings/summary.ts";
import type { Finding, Matrix } from "../audit/schema.ts";
import { thresholds } from "../audit/thresholds.ts";
import type { KeptCounterfactual } from "../results/kept.ts";
import type { RunData } from "../results/run-data.ts";
import type { BasePoints, Provenance, ReportData, ReportModel, ReportPicture } from "./data.ts";
import { pack } from "./pack.ts";
import { rounded } from "./rounded.ts";

/** A kept counterfactual with its sprite as a data URI. */
export interface KeptPicture extends KeptCounterfactual {
  readonly dataUri: string;
}

/** What a report is made of. */
export interface ReportParts {
  readonly title: string;
  readonly generator: string;
  readonly models: readonly ReportModel[];
  readonly provenance: Provenance;
  readonly run: RunData;
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** Most important first; what doesn't fit is taken from the end. */
  readonly pictures: readonly KeptPicture[];
}

/** How much of a run goes into a report. */
export interface ReportLimits {
  /** Counterfactuals per base that are listed one by one. */
  readonly points: number;
  readonly pictures: number;
  readonly droppedImages: number;
}

/** Collects what a report shows, within limits; says what was left out. */
export function reportData(parts: ReportParts, limits: ReportLimits): ReportData {
  const { title, generator, models, provenance, run, matrix, findings } = parts;
  const images: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (image: string): number => {
    const known = numbers.get(image);
    if (known !== undefined) return known;
    numbers.set(image, images.length);
    return images.push(image) - 1;
  };
  const decided = decisions(run);
  const moved = movements(run);
  const points = moved.map((each) => basePoints(run, each, decided, limits.points, numberOf));
  const pictures = parts.pictures
    .slice(0, limits.pictures)
    .map((picture) => reportPicture(picture, numberOf(picture.image)));
  const dropped = run.images.flatMap(({ image, dropReason }) =>
    dropReason === null ? [] : [{ image, reason: dropReason }],
  );
  const evaluations = run.counterfactuals.map((row) => row.evaluations).sort((a, b) => a - b);
  return {
    kind: "run",
    format: 1,
    title,
    generator,
    models,
    options: shownOptions(run),
    counts: {
      images: run.images.length,
      counterfactuals: evaluations.length,
      medianEvaluations: median(evaluations),
      maxEvaluations: evaluations.at(-1) ?? null,
    },
    matrix: rounded(matrix),
    findings,
    summary: summarize(run, matrix, findings),
    provenance,
    thresholds,
    images,
    points,
    pictures,
    droppedImages: dropped.slice(0, limits.droppedImages),
    omitted: {
      pictures: parts.pictures.length - pictures.length,
      points: moved.reduce((sum, { counterfactuals }) => sum + Math.max(0, counterfactuals.length - limits.points), 0),
      droppedImages: Math.max(0, dropped.length - limits.droppedImages),
    },
  };
}

/** A kept counterfactual as the report holds it. */
export function reportPicture(picture: KeptPicture, image: number): ReportPicture {
  return {
    image,
    base: picture.base,
    width: picture.width,
    height: picture.height,
    sprite: picture.dataUri,
    ...rounded({ shares: picture.shares, predictions: picture.predictions }),
  };
}

/** The first counterfactuals of a base (the order of a run is random) with every downstream classifier. */
function basePoints(
  run: RunData,
  moved: Movements,
  decided: Decisions,
  most: number,
  numberOf: (image: string) => number,
): BasePoints {
  const rows = moved.counterfactuals.slice(0, most);
  const columns = run.downstream.map((downstream) => {
    const changes = moved.changes(downstream);
    const points = new Map(
      cellPoints({ run, movements: moved, decided, downstream }).map((point) => [point.image, point.present]),
    );
    return rows.map((row, index) => ({ change: changes[index], present: points.get(row.image) }));
  });
  const all = columns.flat();
  return {
    base: moved.base,
    images: rows.map((row) => numberOf(row.image)),
    before: pack(rows.map((row) => row.before)),
    after: pack(rows.map((row) => row.after)),
    stopReasons: rows.map((row) => row.stopReason),
    evaluations: rows.map((row) => row.evaluations),
    shifts: pack(rows.map((row) => row.shift)),
    lambdas: rows.map((row) => (row.lambda === null ? null : Number(row.lambda.toPrecision(5)))),
    downstreamBefore: pack(all.map(({ change }) => change?.before)),
    downstreamAfter: pack(all.map(({ change }) => change?.after)),
    present: all.map(({ present }) => (present === undefined ? "-" : present ? "1" : "0")).join(""),
    apart: rows.map((_, index) => (moved.apart[index] ? "1" : "0")).join(""),
  };
}

/** Options that say how the run was made; those of the other search are left out. */
function shownOptions({ options }: RunData): ReportData["options"] {
  const { search, drop, floor, maxShift, step, maxLambda, maxPixelChange, limit, select, minPrediction, seed } =
    options;
  const { untilResolved, decompose, saliency } = options;
  return {
    search,
    drop,
    floor,
    ...(search === "fast" ? { maxShift } : { step, maxLambda, maxPixelChange }),
    limit,
    select,
    minPrediction,
    seed,
    ...(untilResolved ? { untilResolved } : {}),
    ...(decompose === undefined ? {} : { "images decomposed, per base": decompose.images }),
    ...(saliency === undefined ? {} : { saliency: saliency.method, "images of saliency": saliency.images }),
  };
}

function median(sorted: readonly number[]): number | null {
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
