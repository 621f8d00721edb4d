import type { Judgement } from "../statistics/cell-state.ts";

/** Images on which the downstream feature is present, or absent. */
export type Side = "present" | "absent";

/** Why a check could not be decided: "missing" where the cell is not in the run, else as for a cell of the matrix. */
type CheckReason = NonNullable<Judgement["reason"]> | "missing";

/** Mean over the images of a stratum with its corrected interval. */
export interface CheckFigures {
  readonly mean: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
}

/** One thing that was checked. */
export interface CheckItem {
  /** "bound": RC lies within the bound. "regression": RC is not farther from the middle of the bound than in the baseline, by `minEffect` or more. */
  readonly kind: "bound" | "regression";
  /** The bound as it was written. */
  readonly bound: string;
  readonly base: string;
  readonly downstream: string;
  readonly low: number;
  readonly high: number;
  readonly verdict: "passed" | "failed" | "unresolved";
  /** Why it is unresolved, else null. */
  readonly reason: CheckReason | null;
  /** About how many more selected images would decide it; null where more would not, or it cannot be told. */
  readonly moreImages: number | null;
  /** Stratum that decided; null where none has ten images. */
  readonly stratum: Side | null;
  /** RC on images where the downstream feature is present, and absent; for a regression how much farther from the middle of the bound it is now. */
  readonly present: CheckFigures;
  readonly absent: CheckFigures;
  /** All of it in words. */
  readonly sentence: string;
}
