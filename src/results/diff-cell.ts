import { z } from "zod";
import { levels, unresolvedReason } from "./matrix-schema.ts";

const stratum = z.enum(["present", "absent"]).nullable();

const names = z.strictObject({ before: z.string(), after: z.string() });
/** What a classifier is called in the two runs. */
export type CellNames = Readonly<z.infer<typeof names>>;

/** RC before, after, and the mean of after − before over pairs of one stratum. */
const figures = z.strictObject({
  before: z.number().nullable(),
  after: z.number().nullable(),
  difference: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).readonly().nullable(),
  count: z.number().int(),
});
/** Figures of one stratum in two runs. */
export type DiffFigures = Readonly<z.infer<typeof figures>>;

const state = z.strictObject({
  state: z.enum(["found", "clear", "unresolved"]).nullable(),
  reason: unresolvedReason.nullable(),
  stratum,
  /** Whether it was found and the judge rejects it. */
  rejected: z.boolean(),
});
/** A cell's state by relative change in one of the two runs, over all images that this run used. */
export type CellStateIn = Readonly<z.infer<typeof state>>;

/** One cell of both runs, as it is printed. */
const diffCell = z.strictObject({
  base: names.readonly(),
  downstream: names.readonly(),
  before: state.readonly(),
  after: state.readonly(),
  /** Over images used under both on which the downstream feature is present (absent) both times. */
  present: figures.readonly(),
  absent: figures.readonly(),
  /**
   * "removed": found → clear and the interval of the difference excludes 0; "introduced": the reverse; "unchanged": intervals of the difference
   * within ±minEffect; else "unresolved". null where the cell has no state (same concept, classes of one softmax).
   */
  outcome: z.enum(["removed", "introduced", "unchanged", "unresolved"]).nullable(),
  /**
   * Why it is unresolved: the difference lies beyond ±minEffect but the states do not say more ("weaker", "stronger"), or it cannot be
   * told; "rejected": what would be removed or introduced was found, but the judge of that run rejects it.
   */
  reason: z.enum(["weaker", "stronger", "too-few", "straddles", "rejected"]).nullable(),
  /** Stratum that decided. */
  stratum,
  /** In words; null where there is no outcome. */
  sentence: z.string().nullable(),
});
/** One cell of both runs. */
export type DiffCell = Readonly<z.infer<typeof diffCell>>;

/** Images used under a pair of bases, as they are printed. */
const diffRow = z.strictObject({
  base: names.readonly(),
  /** Used under both, by file hash. */
  both: z.number().int(),
  beforeOnly: z.number().int(),
  afterOnly: z.number().int(),
});

const alone = z.strictObject({ before: z.array(z.string()).readonly(), after: z.array(z.string()).readonly() });

/** What a comparison of two runs found; `maxRareUse` is of the states in each. */
export const diffSchema = z.strictObject({
  ...levels,
  rows: z.array(diffRow).readonly(),
  /** Removed, introduced, weaker and stronger, other unresolved, unchanged, not judged; largest difference first. */
  cells: z.array(diffCell).readonly(),
  /** Names without a partner. */
  unpaired: z.strictObject({ bases: alone, downstream: alone }),
  /** What makes the two runs' relative changes different quantities, such as another drop. */
  notes: z.array(z.string()).readonly(),
});
