import { z } from "zod";

const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
/** Images on which the downstream feature is present, or absent: mean RC, and what moved (means; the base change is positive when the base fell). */
const stratum = z.object({ mean: number, ci: interval, count: z.number().int(), baseChange: number, change: number });

/** State of a cell (DESIGN: statistics). */
const cellState = z.enum(["found", "clear", "unresolved"]);
const unresolvedReason = z.enum(["too-few", "straddles", "base-unreachable", "blind"]);

/** One cell of the alignment matrix; an empty cell has `count: 0` and null figures. */
const cell = z.object({
  base: z.string(),
  downstream: z.string(),
  /** Mean and median of RC (Eq. 3) over images with baseChange > minBaseChange. */
  mean: number,
  median: number,
  standardError: number,
  ci: interval,
  count: z.number().int(),
  ratioOfMeans: z.object({ value: number, ci: interval, count: z.number().int() }),
  present: stratum,
  absent: stratum,
  pValue: number,
  qValue: number,
  /** null where the cell is not judged: same concept, classes of one softmax, or the base itself. */
  state: cellState.nullable(),
  reason: unresolvedReason.nullable(),
  /** Stratum that decided. */
  stratum: z.enum(["present", "absent"]).nullable(),
  /** Against the noise floor; null until null draws were made. */
  z: number,
  /** Base and downstream name the same target. */
  sameConcept: z.boolean(),
  /** RC measured by the judge that has a target of downstream's name, in the same stratum. */
  judge: z.object({ name: z.string(), mean: number, ci: interval, count: z.number().int() }).nullable(),
});

const row = z.object({
  base: z.string(),
  selected: z.number().int(),
  eligible: z.number().int(),
  reached: z.number().int(),
  used: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  stopReasons: z.record(z.string(), z.number().int()),
  /** Features whose prevalence differs by more than 0.2 between used and dropped images, largest difference first. */
  shifts: z.array(z.object({ feature: z.string(), used: z.number(), dropped: z.number() })),
});

const auditRow = z.object({
  classifier: z.string(),
  /** Share of images with the same decision on input and reconstruction. */
  agreement: number,
  meanChange: number,
  count: z.number().int(),
  /** The autoencoder loses the feature. */
  blind: z.boolean(),
});

/** What `cfalign matrix --format json` prints. */
export const matrixSchema = z.object({
  bases: z.array(z.string()),
  downstream: z.array(z.string()),
  minBaseChange: z.number(),
  minEffect: z.number(),
  confidence: z.number(),
  resamples: z.number().int(),
  seed: z.number().int(),
  cells: z.array(cell),
  rows: z.array(row),
  audit: z.array(auditRow),
  /** Pearson correlations, rows in the order of `bases`, columns of `downstream`; null where undefined. */
  predictionCorrelation: z.array(z.array(number)),
  labelCorrelation: z.array(z.array(number)),
});

/** What is said first: one plain sentence per found cell, strongest first. */
export const finding = z.object({
  kind: z.enum(["relies-on", "ignores-own-concept"]),
  base: z.string(),
  downstream: z.string(),
  /** The whole sentence in plain text. */
  sentence: z.string(),
  /** Whether a judge of the downstream's name contradicts it (another sign, or below half): it comes after the others. */
  unconfirmed: z.boolean(),
  /** What qualifies it: "unconfirmed by the judge", "used and dropped images differ in eyeglasses: 0.31 against 0.62", … */
  qualifiers: z.array(z.string()),
  relativeChange: z.number(),
  ci: z.tuple([z.number(), z.number()]),
  count: z.number().int(),
  stratum: z.enum(["present", "absent"]),
});

export type Cell = z.infer<typeof cell>;
export type Row = z.infer<typeof row>;
export type AuditRow = z.infer<typeof auditRow>;
export type Matrix = z.infer<typeof matrixSchema>;
export type Finding = z.infer<typeof finding>;
