import type { RowResolution } from "../audit/findings/resolution.ts";
import type { MatrixReading } from "../audit/reading.ts";
import type { Thresholds } from "../audit/thresholds.ts";
import type { BeforeAfter, SearchFigures, SearchOptions } from "../counterfactual/types.ts";
import type { ExplanationJson } from "../explanation/json.ts";
import type { Movement } from "../explanation/traversal.ts";
import type { Side } from "../interventions/rows.ts";
import type { AskedDevice } from "../options/device.ts";
import type { SvgFigure } from "../pictures/strip.ts";
import type { Pixels } from "../platform/platform.ts";
import type { ReportModel } from "../report/data.ts";
import type { Matrix } from "../results/matrix-schema.ts";
import type { Compute } from "./compute.ts";
import type { Witnessed } from "./edit-feature.ts";
import type { Joined } from "./join.ts";
import type { Likeness } from "./likeness.ts";
import type { Parts } from "./parts.ts";
import type { Labels, RepairPicture } from "./repair-picture.ts";

/** Where a counterfactual goes, as `align --direction` says. */
export type Direction = SearchOptions["direction"];

/** Called with how far an answer is; what the number counts is said of each question. */
export type OnProgress = (count: number) => void;

/** Fewest and most pictures of an audit in a page. */
export const auditSize = { least: 20, most: 200 } as const;

/** A classifier as the page lists it. */
export interface Listed {
  readonly name: string;
  /** The file that it is a target of. */
  readonly model: string;
  readonly judge: boolean;
  /** What it is about. */
  readonly concept: string;
}

/** A feature that can be taken out of a picture, or put in. */
export interface Feature {
  readonly name: string;
  /** Classifier whose counterfactuals do it, the first that is tried. */
  readonly editor: string;
}

/** What a workspace offers. */
export interface Offers {
  readonly image: { readonly width: number; readonly height: number; readonly channels: number };
  /** Whether pictures keep their shape as they are brought to it. */
  readonly keepsShape: boolean;
  readonly classifiers: readonly Listed[];
  readonly features: readonly Feature[];
  readonly compute: Compute;
}

/** What a workspace offers with a classifier that joined. */
export interface JoinedOffers extends Pick<Joined, "guessed" | "notLowered"> {
  readonly offers: Offers;
  readonly name: string;
  readonly targets: readonly string[];
}

/** A picture as the classifiers see it. */
export interface Look {
  /** What later questions call it. */
  readonly subject: number;
  readonly name: string;
  readonly input: Pixels;
  readonly reconstruction: Pixels;
  readonly given: { readonly width: number; readonly height: number };
  /** On the reconstruction, from which counterfactuals start, in the order of the offers. */
  readonly predictions: readonly number[];
  readonly onInput: readonly number[];
  /** Classifiers that call the reconstruction positive, judges left out. */
  readonly positive: readonly string[];
  /** What looking took. */
  readonly seconds: number;
  /** What the models run on by now. */
  readonly compute: Compute;
}

/** What is known after some pictures. */
export interface AuditLook {
  /** Pictures that were looked at, of all. */
  readonly looked: number;
  readonly all: number;
  readonly counterfactuals: number;
  /** Pictures that cannot be used, of those looked at. */
  readonly dropped: number;
  readonly matrix: Matrix;
  readonly reading: MatrixReading;
  readonly thresholds: Thresholds;
  /** What is left to know, base by base. */
  readonly rows: readonly RowResolution[];
}

/** A counterfactual. */
export interface Lowered extends Omit<SearchFigures, "basePrediction">, BeforeAfter {
  readonly subject: number;
  readonly traversal: number;
  readonly range: { readonly low: number; readonly high: number };
  /** What the search took, with the gradient that the first of a base compiles. */
  readonly seconds: number;
  /** What the models run on by now. */
  readonly compute: Compute;
  /** Every other classifier, the largest movement first. */
  readonly movements: readonly Movement[];
  /** The counterfactual itself. */
  readonly end: Shown;
}

/** A picture with a feature taken out, or put in: a counterfactual of the feature's classifier, whose prediction is that of a `Lowered`. */
export interface Edited extends Lowered {
  readonly feature: string;
  readonly side: Side;
  /** undefined where nobody but the editor tells the feature. */
  readonly witness: Witnessed | undefined;
}

/** A place on a traversal. */
export interface Shown {
  readonly pixels: Pixels;
  readonly lambda: number | null;
  readonly basePrediction: number;
  /** In the order of the offers. */
  readonly predictions: readonly number[];
}

/** What can be asked, by its kind. */
export interface Asked {
  /** workspace: its path; in the browser an absolute URL. device: the CPU when absent. onProgress: the share of the models that have run. */
  readonly open: { readonly workspace: string; readonly device?: AskedDevice };
  /** picture: bytes of an image file. */
  readonly look: { readonly name: string; readonly picture: Uint8Array };
  /** Adds pictures to those that others are compared with, until `open` begins anew. */
  readonly reference: { readonly pictures: readonly Uint8Array[] };
  /** Whether a picture is like them. */
  readonly likeness: { readonly subject: number };
  /** Has the gradient of a base compiled, for which its first counterfactual would wait. */
  readonly prepare: { readonly base: string };
  /** direction: along Eq. 1 when absent. onProgress: pictures tried so far. */
  readonly lower: { readonly subject: number; readonly base: string; readonly direction?: Direction };
  /** Takes a feature out of a picture that has it, and puts it into one that lacks it. onProgress: as of `lower`. */
  readonly edit: { readonly subject: number; readonly feature: string };
  /** share: 0 is the reconstruction, 1 the counterfactual. */
  readonly show: { readonly traversal: number; readonly share: number };
  /** The traversal as a strip: input, pictures along it, difference. */
  readonly strip: { readonly traversal: number };
  /** The traversal as drawings for an animation, and these, once they are pixels, as a GIF there and back. */
  readonly frames: { readonly traversal: number };
  readonly gif: { readonly frames: readonly Pixels[] };
  /** Which pixels the base hangs on at both ends of the traversal. */
  readonly saliency: { readonly traversal: number };
  /** What the base's direction at the picture is made of. */
  readonly parts: { readonly traversal: number };
  /** All numbers of the traversal, as `explain` writes them. */
  readonly record: { readonly traversal: number };
  /** Opens a classifier of the reader's from its files, by path: what was asked before is forgotten. */
  readonly join: { readonly files: ReadonlyMap<string, Blob> };
  /** Looks at a picture for a repair of a target against a feature. */
  readonly repairPicture: {
    readonly target: string;
    readonly feature: string;
    readonly name: string;
    readonly picture: Uint8Array;
    readonly labels: Labels;
    readonly edit: boolean;
  };
  /** The target without so much of the feature, as an ONNX file with its manifest in one ZIP file. */
  readonly repairFile: {
    readonly target: string;
    readonly feature: string;
    readonly amount: number;
    readonly threshold: number;
  };
  /** Begins an audit of pictures, in place of the one before. version: of cfalign; title: what the pictures are called. */
  readonly audit: {
    readonly pictures: ReadonlyMap<string, Blob>;
    readonly bases: readonly string[];
    readonly title: string;
    readonly version: string;
  };
  /** Goes on with an audit; onProgress: the share of the way to the next look. */
  readonly auditLook: { readonly audit: number };
  /** Stops what was asked last of an audit, begun or not yet; what it was at is forgotten, what was seen is kept. */
  readonly auditStop: undefined;
  /** What was seen of an audit as a run: its folder in one ZIP file. */
  readonly auditRun: { readonly audit: number };
}

/** What is answered, by the same kinds. */
export interface Answered {
  readonly open: Offers;
  readonly look: Look;
  /** How many there are by now. */
  readonly reference: { readonly pictures: number };
  /** undefined where there are too few to tell. */
  readonly likeness: Likeness | undefined;
  readonly prepare: { readonly seconds: number };
  readonly lower: Lowered;
  readonly edit: Edited;
  readonly show: Shown;
  readonly strip: SvgFigure;
  readonly frames: readonly SvgFigure[];
  readonly gif: Uint8Array;
  readonly saliency: { readonly before: Pixels; readonly after: Pixels };
  /** undefined where there is nothing to decompose. */
  readonly parts: ShownParts | undefined;
  readonly record: ExplanationJson;
  readonly join: JoinedOffers;
  readonly repairPicture: RepairPicture;
  readonly repairFile: Blob;
  /** What the audit is called by later questions. */
  readonly audit: {
    readonly audit: number;
    readonly bases: readonly string[];
    readonly models: readonly ReportModel[];
  };
  /** undefined at the end of the pictures. */
  readonly auditLook: AuditLook | undefined;
  readonly auditStop: undefined;
  readonly auditRun: Blob;
}

/** Parts of a direction, and where each leads. */
export interface ShownParts extends Pick<Parts, "shares" | "explained"> {
  readonly moved: readonly {
    /** "direction", a concept's classifier, or "residual". */
    readonly part: string;
    /** ‖part‖/‖direction‖ */
    readonly length: number;
    readonly pixels: Pixels;
    /** Of the base. */
    readonly before: number;
    readonly after: number;
  }[];
}

export type Kind = keyof Asked;
