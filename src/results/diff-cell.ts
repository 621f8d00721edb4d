import type { Cell } from "./matrix-schema.ts";

/** RC before, after, and the mean of after − before over pairs of one stratum. */
export interface DiffFigures {
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
}

/** A cell's state by relative change in one of the two runs, over all images that this run used. */
export type CellStateIn = Pick<Cell, "state" | "reason" | "stratum"> & {
  /** Whether it was found and the judge rejects it. */
  readonly rejected: boolean;
};

/** One cell of both runs. */
export interface DiffCell {
  readonly base: CellNames;
  readonly downstream: CellNames;
  readonly before: CellStateIn;
  readonly after: CellStateIn;
  /** Over images used under both on which the downstream feature is present (absent) both times. */
  readonly present: DiffFigures;
  readonly absent: DiffFigures;
  /**
   * "removed": found → clear and the interval of the difference excludes 0; "introduced": the reverse; "unchanged": intervals of the difference
   * within ±minEffect; else "unresolved". null where the cell has no state (same concept, classes of one softmax).
   */
  readonly outcome: "removed" | "introduced" | "unchanged" | "unresolved" | null;
  /**
   * Why it is unresolved: the difference lies beyond ±minEffect but the states do not say more ("weaker", "stronger"), or it cannot be
   * told; "rejected": what would be removed or introduced was found, but the judge of that run rejects it.
   */
  readonly reason: "weaker" | "stronger" | "too-few" | "straddles" | "rejected" | null;
  /** Stratum that decided. */
  readonly stratum: "present" | "absent" | null;
  /** In words; null where there is no outcome. */
  readonly sentence: string | null;
}

/** What a classifier is called in the two runs. */
export interface CellNames {
  readonly before: string;
  readonly after: string;
}
