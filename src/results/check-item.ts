import { z } from "zod";
import { markSchema } from "./marks.ts";
import { expectationOutcome, levels, unresolvedReason } from "./matrix-schema.ts";

const side = z.enum(["present", "absent"]);
/** Images on which the downstream feature is present, or absent. */
export type Side = z.infer<typeof side>;

const figures = z.strictObject({
  mean: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).readonly().nullable(),
  count: z.number().int(),
});
/** Mean over the images of a stratum, or a share from them, with its corrected interval. */
export type CheckFigures = Readonly<z.infer<typeof figures>>;

/** Figures of no images. */
export const noFigures: CheckFigures = { mean: null, ci: null, count: 0 };

/** One thing that was checked, as it is printed. */
const checkItem = z.strictObject({
  /** "bound": the figure lies within the bound. "regression": RC is not farther from the middle of the bound than in the baseline, by `minEffect` or more. */
  kind: z.enum(["bound", "regression"]),
  /** The bound as it was written. */
  bound: z.string(),
  base: z.string(),
  downstream: z.string(),
  /** Effect of the feature, relative change, or share of the decomposed direction. */
  measure: z.enum(["effect", "rc", "share"]),
  low: z.number(),
  high: z.number(),
  verdict: z.enum(["passed", "failed", "unresolved"]),
  /**
   * Why it is unresolved, else null: of a share "no-direction" where the base has none to decompose, "collinear" where only the share of several
   * concepts together is determined, and "shrinkage" where its sign depends on α; of an effect "no-effect" where the run has none for the cell; else as for a cell of the matrix.
   */
  reason: z.enum([...unresolvedReason.options, "no-direction", "collinear", "shrinkage", "no-effect"]).nullable(),
  /** About how many more selected images would decide it; null where more would not, or it cannot be told. */
  moreImages: z.number().int().nullable(),
  /** Stratum that decided; null where none has ten images, and for a share. */
  stratum: side.nullable(),
  /** RC on images where the downstream feature is present, and absent; for a regression how much farther from the middle of the bound it is now. */
  present: figures.readonly(),
  absent: figures.readonly(),
  /** Share of the direction; null for relative changes. */
  share: figures.readonly().nullable(),
  /** Effect of the feature on the base; null where something else was checked. */
  effect: figures.readonly().nullable(),
  /** What an auditor said of the cell; `holds`: whether it still does of these figures. null without. */
  mark: markSchema.pick({ verdict: true, comment: true }).extend({ holds: z.boolean() }).nullable(),
  /** Whether it failed on what an auditor looked at and dismissed, and which is no more than it was then: it fails no build. */
  dismissed: z.boolean(),
  /** All of it in words. */
  sentence: z.string(),
});
/** One thing that was checked. */
export type CheckItem = Readonly<z.infer<typeof checkItem>>;

/** What a check found. */
export const checkSchema = z.strictObject({
  ...levels,
  /** Of each interval, after Bonferroni; `confidence` is of all together. */
  intervalConfidence: z.number(),
  checks: z.array(checkItem).readonly(),
  /** What became of every relation that was expected. */
  expectations: z.array(expectationOutcome).readonly(),
  /** How many cells a bound with * covers; which of the bases something lowers that no feature names, so that no bound is an all-clear of them; and what the comparison with the baseline leaves open: options that make its relative changes another quantity, and shares. */
  notes: z.array(z.string()).readonly(),
});
