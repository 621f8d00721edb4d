import type { Judgement } from "../statistics/cell-state.ts";
import type { Mark } from "./marks.ts";
import type { CellEffect } from "./matrix-schema.ts";

/** Images on which the downstream feature is present, or absent. */
export type Side = "present" | "absent";

/**
 * Why a check could not be decided: of a share "no-direction" where the base has none to decompose, "collinear" where only the share of several
 * concepts together is determined, and "shrinkage" where its sign depends on α; of an effect "no-effect" where the run has none for the cell; else as for a cell of the matrix.
 */
type CheckReason =
  | NonNullable<Judgement["reason"]>
  | NonNullable<CellEffect["reason"]>
  | "no-effect"
  | "no-direction"
  | "collinear"
  | "shrinkage";

/** Mean over the images of a stratum, or a share from them, with its corrected interval. */
export interface CheckFigures {
  readonly mean: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
}

/** Figures of no images. */
export const noFigures: CheckFigures = { mean: null, ci: null, count: 0 };

/** One thing that was checked. */
export interface CheckItem {
  /** "bound": the figure lies within the bound. "regression": RC is not farther from the middle of the bound than in the baseline, by `minEffect` or more. */
  readonly kind: "bound" | "regression";
  /** The bound as it was written. */
  readonly bound: string;
  readonly base: string;
  readonly downstream: string;
  /** Effect of the feature, relative change, or share of the decomposed direction. */
  readonly measure: "effect" | "rc" | "share";
  readonly low: number;
  readonly high: number;
  readonly verdict: "passed" | "failed" | "unresolved";
  /** Why it is unresolved, else null. */
  readonly reason: CheckReason | null;
  /** About how many more selected images would decide it; null where more would not, or it cannot be told. */
  readonly moreImages: number | null;
  /** Stratum that decided; null where none has ten images, and for a share. */
  readonly stratum: Side | null;
  /** RC on images where the downstream feature is present, and absent; for a regression how much farther from the middle of the bound it is now. */
  readonly present: CheckFigures;
  readonly absent: CheckFigures;
  /** Share of the direction; null for relative changes. */
  readonly share: CheckFigures | null;
  /** Effect of the feature on the base; null where something else was checked. */
  readonly effect: CheckFigures | null;
  /** What an auditor said of the cell; `holds`: whether it still does of these figures. null without. */
  readonly mark: { readonly verdict: Mark["verdict"]; readonly comment: string; readonly holds: boolean } | null;
  /** Whether it failed on what an auditor looked at and dismissed, and which is no more than it was then: it fails no build. */
  readonly dismissed: boolean;
  /** All of it in words. */
  readonly sentence: string;
}
