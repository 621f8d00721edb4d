import type { Cell } from "../../results/matrix-schema.ts";

/** Whether the judge's relative change has another sign than the cell's, or less than half its size. */
export function isRejected({ deciding: { mean }, judge }: Pick<Cell, "deciding" | "judge">): boolean {
  const judged = judge?.mean ?? undefined;
  // Another sign gives a negative product, less than half a smaller one.
  return mean !== null && judged !== undefined && judged * Math.sign(mean) < Math.abs(mean) / 2;
}
