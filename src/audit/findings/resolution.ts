import { z } from "zod";
import { type Cell, type Matrix, unresolvedReason } from "../../results/matrix-schema.ts";
import { mostUnedited } from "../effects/unedited.ts";
import { isAgainst } from "../effects/verdict.ts";

/** What is left to know of a row, as it is printed. */
export const rowResolution = z.strictObject({
  base: z.string(),
  /** Images of the row. */
  images: z.number().int(),
  /** Whether more images would change nothing: every cell is found, clear, or unresolved for a reason that they would not remove. */
  settled: z.boolean(),
  unresolved: z.array(
    z.strictObject({
      downstream: z.string(),
      reason: unresolvedReason.nullable(),
      /** About how many more images of the row it needs; null where more would not help, or nobody can say. */
      moreImages: z.number().int().nullable(),
    }),
  ),
});
/** What is left to know of a row. */
export type RowResolution = Readonly<z.infer<typeof rowResolution>>;

/** Why a cell is unresolved where more images would not change it. */
const settledReasons: ReadonlySet<NonNullable<Cell["reason"]>> = new Set([
  "blind",
  "saturated",
  "base-unreachable",
  "contradicted",
]);

/** No image adds to the edits behind an effect: images matter where unedited ones may still settle what straddles, and where relative change may still find what the effect cannot tell. */
function isSettled({ reason, effect, alignment }: Cell): boolean {
  if (effect?.reason === "straddles" && effect.unedited !== null && effect.unedited.count < mostUnedited) return false;
  const waitsFor =
    effect === null ? reason : isAgainst(reason) || alignment.state === "clear" ? "contradicted" : alignment.reason;
  return waitsFor !== null && settledReasons.has(waitsFor);
}

/** Reads off a matrix which rows are resolved, in the order of the bases. */
export function resolutions(matrix: Matrix): RowResolution[] {
  return matrix.rows.map(({ base, selected }) => {
    const unresolved = matrix.cells.filter((cell) => cell.base === base && cell.state === "unresolved");
    return {
      base,
      images: selected,
      settled: unresolved.every(isSettled),
      unresolved: unresolved.map(({ downstream, reason, moreImages }) => ({ downstream, reason, moreImages })),
    };
  });
}
