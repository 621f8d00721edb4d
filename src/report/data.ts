import type { Diff } from "../audit/compare/diff.ts";
import type { DiffReading } from "../audit/compare/diff-reading.ts";
import type { Opening } from "../audit/opening.ts";
import type { MatrixReading } from "../audit/reading.ts";
import type { Thresholds } from "../audit/thresholds.ts";
import type { StopReason } from "../counterfactual/types.ts";
import type { Editor, Side } from "../interventions/rows.ts";
import type { Mode, Modes } from "../modes/schema.ts";
import type { SaliencyMethod } from "../options/run.ts";
import type { RepairRecord } from "../rectify/repair-schema.ts";
import type { Rectification } from "../rectify/schema.ts";
import type { Mark } from "../results/marks.ts";
import type { Finding, Matrix, NoEffect, Summary } from "../results/matrix-schema.ts";

/** Numbers packed for a small file: Float32 in little endian as base64; the bits of a NaN stand for a missing one. */
export type Packed = string;

/** Yes, no or "unknown" for a small file, a letter each: "1", "0", "-". */
export type PackedFlags = string;

/** A model that took part, with what identifies it. */
export interface ReportModel {
  readonly kind: "autoencoder" | "classifier" | "judge";
  readonly name: string;
  readonly hash: string;
}

/** All counterfactuals of one base; every array and every row of a packed table is in the order of `images`. */
export interface BasePoints {
  readonly base: string;
  /** Indexes into `ReportData.images`. */
  readonly images: readonly number[];
  readonly stopReasons: readonly StopReason[];
  readonly evaluations: readonly number[];
  /** λ of each counterfactual in the paper's units; null beyond float64, and along another direction than Eq. 1. */
  readonly lambdas: readonly (number | null)[];
  /** Where λ is null, length of the way in units of the latent scale; null elsewhere, and where the data have none. */
  readonly lengths: readonly (number | null)[];
  /** RC (Eq. 3) of every downstream classifier (in the order of `matrix.downstream`), one row of `images.length` each; missing where the base did not move. */
  readonly relativeChanges: Packed;
  /** For each of these: whether it enters the means; unknown where the classifier was not evaluated. */
  readonly used: PackedFlags;
  /** For each of these: whether the downstream feature is present on the reconstruction. */
  readonly present: PackedFlags;
  /** For each of `images`: whether the counterfactual is in no mean although its base moved enough, since the search's limit stopped it before the drop. */
  readonly apart: PackedFlags;
}

/** A kept counterfactual: frames side by side in one picture (the input, then one per share of λ) and the predictions along the way. */
export interface ReportPicture {
  /** Index into `ReportData.images`. */
  readonly image: number;
  readonly base: string;
  /** Size of one frame in pixels. */
  readonly width: number;
  readonly height: number;
  /** Data URI of the frames. */
  readonly sprite: string;
  readonly shares: readonly number[];
  readonly predictions: Readonly<Record<string, readonly number[]>>;
  /** By downstream classifier in the order of `matrix.downstream`: RC (Eq. 3), and whether its feature is present on the reconstruction. */
  readonly relativeChanges: readonly (number | null)[];
  readonly present: PackedFlags;
}

/** Pictures in small, all of one size, row by row in one picture. */
export interface Tiles {
  /** Size of one in pixels. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  /** Data URI. */
  readonly source: string;
  /** Which image each shows: indexes into `ReportData.images`. */
  readonly images: readonly number[];
}

/** Counterfactuals in small, and the reconstructions that they started from. */
export interface ReportThumbnails {
  readonly before: Tiles;
  readonly after: readonly (Tiles & { readonly base: string })[];
}

/** Which pixels classifiers hang on, on the pictures of some counterfactuals. */
export interface ReportSaliency {
  readonly method: SaliencyMethod;
  /** Base and downstream classifiers, in the order of the tiles. */
  readonly classifiers: readonly string[];
  /** A picture of tiles for each: of every classifier one on the reconstruction, then one on the counterfactual, on one scale of their own; the brighter, the more a pixel counts. */
  readonly maps: readonly (Omit<Tiles, "images"> & {
    /** Index into `ReportData.images`. */
    readonly image: number;
    readonly base: string;
  })[];
}

/** What a feature's interventions look like: tiles side by side, its pattern (of counterfactuals their mean change), then of every edit the picture before and after. */
export interface ReportFeature {
  readonly feature: string;
  readonly editor: Editor;
  /** Size of a tile in pixels. */
  readonly width: number;
  readonly height: number;
  /** Data URI. */
  readonly source: string;
  /** What white stands for in the first tile, and black for the negative of: so much of a picture's value in [0, 1]. Grey is 0. */
  readonly patternEnds: number;
  readonly edits: readonly {
    /** Index into `ReportData.images`. */
    readonly image: number;
    readonly side: Side;
    /** Predictions in the order of `ReportInterventions.classifiers`. */
    readonly before: readonly (number | null)[];
    readonly after: readonly (number | null)[];
  }[];
}

/** Pictures in which one feature was taken out or put in. */
export interface ReportInterventions {
  readonly classifiers: readonly string[];
  /** As far as they were kept, and fit. */
  readonly features: readonly ReportFeature[];
  /** For each cell of the matrix the edit of its feature that is typical of its effect; null where none was kept. */
  readonly typical: readonly (number | null)[];
  /** For each cell of the matrix why it has no effect; null where it has one. */
  readonly noEffect: readonly (NoEffect | null)[];
}

/** Counterfactuals that change alike, with the features that explain most. */
export interface ReportMode extends Omit<Mode, "images"> {
  /** null where they did not fit. */
  readonly pictures: {
    /** Size of a tile in pixels. */
    readonly width: number;
    readonly height: number;
    /** Data URI: tiles side by side, the mean change, then of the clearest images the reconstruction and the counterfactual. */
    readonly source: string;
    /** What white stands for in the first tile, and black for the negative of: so much of a picture's value in [0, 1]. Grey is 0. */
    readonly ends: number;
    /** Indexes into `ReportData.images`. */
    readonly images: readonly number[];
  } | null;
}

/** What lowers a base, in kinds. */
export interface ReportModes extends Omit<Modes, "modes"> {
  readonly modes: readonly ReportMode[];
}

/** A label of the images. */
export interface ReportLabel {
  readonly name: string;
  /** Its values, smallest first; at most 36. */
  readonly values: readonly number[];
  /** For each of `ReportData.images` the place of its value, a letter of base 36; "-" without one. */
  readonly places: string;
}

/** Predictions of one classifier on reconstructions, a byte each as base64: 0 is `low`, 254 `high`, 255 none. */
export interface ReportPredictions {
  readonly classifier: string;
  readonly low: number;
  readonly high: number;
  /** For each of `ReportData.images`. */
  readonly bytes: string;
}

/** Every cell on the images of each value of a label. */
export interface ReportSubgroups {
  readonly label: string;
  readonly values: readonly number[];
  /** For each cell of the matrix, for each value: mean, ends of the interval, and thousands of images, in thousandths of two bytes each. */
  readonly cells: Packed;
}

/** Where the figures come from. */
export interface Provenance {
  /** Name of the image folder, without the way to it. */
  readonly folder: string;
  /** Files in it, and SHA-256 over their paths, contents and labels in the order of the run. */
  readonly files: number;
  readonly listHash: string;
  /** ISO 8601; finishedAt is null for a run that goes on. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** By name: cfalign, onnxruntime, node. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the models ran on. */
  readonly device: string;
}

/** Everything the report of a run shows, as one JSON value. Floats are rounded to what can be seen; the run keeps them whole. */
export interface ReportData {
  readonly kind: "run";
  readonly format: 1;
  /** The whole report, or its verdict on one sheet of paper. */
  readonly layout: "report" | "onepage";
  readonly title: string;
  /** Name and version of what wrote it. */
  readonly generator: string;
  readonly models: readonly ReportModel[];
  /** Resolved options of the run, by name. */
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  readonly counts: {
    readonly images: number;
    readonly counterfactuals: number;
    /** Decoder evaluations per counterfactual; null without counterfactuals. */
    readonly medianEvaluations: number | null;
    readonly maxEvaluations: number | null;
  };
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** The headline and the other sentences about the run as a whole, to be quoted. */
  readonly summary: Summary;
  readonly opening: Opening;
  readonly provenance: Provenance;
  /** How the cells and rows of the matrix are to be read. */
  readonly reading: MatrixReading;
  /** What cells and findings were held against. */
  readonly thresholds: Thresholds;
  /** Address of the live page with the run's models and pictures; absent where there is none. */
  readonly live?: string;
  /** What a rectification in the run's folder says of classifiers that it repaired. */
  readonly repairs: readonly (Pick<RepairRecord, "target" | "advice"> & {
    /** Why the recommended file has its verdict; null where none is recommended. */
    readonly reason: string | null;
  })[];
  /** What auditors said of cells: of reports before, from the file beside the run. */
  readonly marks: readonly Mark[];
  /** For each of these: whether it still holds of this run's figures. */
  readonly marksHold: readonly boolean[];
  /** Names of the images that points and pictures speak of. */
  readonly images: readonly string[];
  readonly points: readonly BasePoints[];
  readonly pictures: readonly ReportPicture[];
  /** null where the run kept none, or none fit. */
  readonly thumbnails: ReportThumbnails | null;
  /** null where nobody asked for it. */
  readonly saliency: ReportSaliency | null;
  readonly interventions: ReportInterventions;
  /** Of bases with enough counterfactuals of which the run keeps pictures. */
  readonly modes: readonly ReportModes[];
  /** Labels with few values; those with many cannot be chosen from. */
  readonly labels: readonly ReportLabel[];
  /** Of the downstream classifiers. */
  readonly predictions: readonly ReportPredictions[];
  /** By label; none where they would take too much room. */
  readonly subgroups: readonly ReportSubgroups[];
  readonly droppedImages: readonly { readonly image: string; readonly reason: string }[];
  /** What did not fit into the file. */
  readonly omitted: {
    readonly pictures: number;
    readonly points: number;
    readonly thumbnails: number;
    /** Counterfactuals whose saliency maps were made and did not fit. */
    readonly saliency: number;
    /** Features whose interventions were kept as pictures and did not fit. */
    readonly features: number;
    /** Bases whose modes are without pictures. */
    readonly modes: number;
    /** Labels whose groups are left out. */
    readonly subgroups: number;
    readonly droppedImages: number;
  };
}

/** What the page of a rectification shows. */
export interface RectificationData {
  readonly kind: "rectification";
  readonly format: 1;
  readonly title: string;
  readonly rectification: Rectification;
  /** Data URIs of its pictures by file. */
  readonly pictures: Readonly<Record<string, string>>;
  /** Pictures that did not fit, or that do not lie beside the file any more. */
  readonly omittedPictures: number;
}

/** One of two runs that are compared. */
export interface ComparedSide {
  readonly title: string;
  readonly models: readonly ReportModel[];
  readonly images: number;
  readonly counterfactuals: number;
  readonly finished: boolean;
}

/** What the two models of a base made of the same images. */
export interface ComparedFaces {
  /** As the second run calls it. */
  readonly base: string;
  /** Names of the images in the second run. */
  readonly images: readonly string[];
  /** Four tiles an image: reconstruction and counterfactual of the first run, then of the second. */
  readonly tiles: Omit<Tiles, "images">;
  /** By downstream classifier as the second run calls it, for each image: relative change before and after; null where it is not used in both. */
  readonly changes: Readonly<Record<string, readonly (readonly [number, number] | null)[]>>;
}

/** What the page of a diff shows. */
export interface DiffData {
  readonly kind: "diff";
  readonly format: 1;
  readonly title: string;
  readonly generator: string;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly diff: Diff;
  /** How its cells are to be read, in their order. */
  readonly reading: readonly DiffReading[];
  /** As far as both runs kept pictures of the same images. */
  readonly faces: readonly ComparedFaces[];
  /** Bases whose pictures did not fit. */
  readonly omittedFaces: number;
}

/** Whatever a page may hold. */
export type PageData = ReportData | RectificationData | DiffData;
