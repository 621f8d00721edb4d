import type { Cell } from "../schema.ts";
import { thresholds } from "../thresholds.ts";

/**
 * What speaks against a cell that was found. `rejected`: the judge's relative change on the same images has another sign, or is below half of the
 * cell's. `withinNoise`: z is below that of a finding. A cell that was not found has nothing to be doubted.
 */
export function doubtsOf({
  state,
  deciding,
  judge,
  z,
}: Pick<Cell, "state" | "deciding" | "judge" | "z">): Cell["doubts"] {
  if (state !== "found" || deciding.mean === null) return { rejected: false, withinNoise: false };
  return { rejected: isRejected({ deciding, judge }), withinNoise: z !== null && z < thresholds.minScore };
}

/** Whether the judge's relative change has another sign than the cell's, or less than half its size. */
export function isRejected({ deciding: { mean }, judge }: Pick<Cell, "deciding" | "judge">): boolean {
  const judged = judge?.mean ?? undefined;
  // Another sign gives a negative product, less than half a smaller one.
  return mean !== null && judged !== undefined && judged * Math.sign(mean) < Math.abs(mean) / 2;
}
