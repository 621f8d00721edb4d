import type { InterventionRow, Side } from "../../interventions/rows.ts";
import type { CellEffect } from "../schema.ts";
import { fallOf } from "./movements.ts";

/** The side that is spoken of where one has to do: taking out, where the feature was taken out. */
export function spokenSide({ removed }: Pick<CellEffect, "removed">): Side {
  return removed === null ? "add" : "remove";
}

/** Of some interventions of an effect's feature, the place of the one that is typical: of the side that is spoken of, the classifier's fall nearest to the mean. null where none is of that side. */
export function typicalEdit(
  effect: Pick<CellEffect, "removed" | "added">,
  classifier: string,
  edits: readonly InterventionRow[],
): number | null {
  const side = spokenSide(effect);
  const mean = side === "remove" ? effect.removed : effect.added;
  if (mean === null) return null;
  const distance = (edit: InterventionRow): number => Math.abs(fallOf(edit, classifier) - (mean.before - mean.after));
  const own = edits.flatMap((edit, place) => (edit.side === side ? [{ place, distance: distance(edit) }] : []));
  return own.sort((a, b) => a.distance - b.distance)[0]?.place ?? null;
}
