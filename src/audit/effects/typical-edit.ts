import type { InterventionRow, Side } from "../../interventions/rows.ts";
import type { CellEffect } from "../schema.ts";
import { fallOf } from "./movements.ts";

/** The side that is spoken of where one has to do: taking out, where the feature was taken out. */
export function spokenSide({ removed }: Pick<CellEffect, "removed">): Side {
  return removed === null ? "add" : "remove";
}

/** An intervention with how well its change is seen (`visibility`). */
export interface SeenEdit {
  readonly row: InterventionRow;
  readonly seen: number;
}

/**
 * Of some interventions of an effect's feature, the place of the one that stands for it: of the side that is spoken of, among the half
 * whose fall is nearest to the mean, the one whose change is seen best. null where none is of that side.
 */
export function typicalEdit(
  effect: Pick<CellEffect, "removed" | "added">,
  classifier: string,
  edits: readonly SeenEdit[],
): number | null {
  const side = spokenSide(effect);
  const mean = side === "remove" ? effect.removed : effect.added;
  if (mean === null) return null;
  const distance = ({ row }: SeenEdit): number => Math.abs(fallOf(row, classifier) - (mean.before - mean.after));
  const own = edits
    .map((edit, place) => ({ ...edit, place, distance: distance(edit) }))
    .filter(({ row }) => row.side === side)
    .sort((a, b) => a.distance - b.distance);
  const near = own.slice(0, Math.ceil(own.length / 2));
  return near.sort((a, b) => b.seen - a.seen)[0]?.place ?? null;
}
