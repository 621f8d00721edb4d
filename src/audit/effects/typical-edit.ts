import type { InterventionRow, Side } from "../../interventions/rows.ts";
import type { CellEffect } from "../../results/matrix-schema.ts";
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

/** A classifier, and the effect of the edited feature on it. */
export interface Moved {
  readonly classifier: string;
  readonly effect: Pick<CellEffect, "removed" | "added">;
}

/**
 * Of some interventions of a feature, the place of the one that stands for its effect on the first of these classifiers: of the side that is spoken of,
 * among the half whose fall is nearest to its mean, and of these the half nearest to that of each other classifier, the one whose change is seen best. Where
 * no edit was shown to all of them, the first alone counts. null where none is of that side.
 */
export function typicalEdit(
  [first, ...beside]: readonly [Moved, ...Moved[]],
  edits: readonly SeenEdit[],
): number | null {
  const side = spokenSide(first.effect);
  const shownTo = (all: readonly Moved[]) =>
    edits
      .map((edit, place) => ({ ...edit, place }))
      .filter((edit) => edit.row.side === side && all.every((each) => Number.isFinite(distanceOf(edit, each))));
  const nearest = (some: readonly (SeenEdit & { readonly place: number })[], one: Moved, count: number) =>
    some.toSorted((a, b) => distanceOf(a, one) - distanceOf(b, one)).slice(0, count);
  const together = shownTo([first, ...beside]);
  const own = together.length > 0 ? together : shownTo([first]);
  const near = (together.length > 0 ? beside : []).reduce(
    (left, each) => nearest(left, each, Math.max(1, Math.floor(left.length / 2))),
    nearest(own, first, Math.ceil(own.length / 2)),
  );
  return near.toSorted((a, b) => b.seen - a.seen)[0]?.place ?? null;
}

/** How far the fall of a classifier lies from its mean; NaN where either is unknown. */
function distanceOf({ row }: SeenEdit, { classifier, effect }: Moved): number {
  const mean = row.side === "remove" ? effect.removed : effect.added;
  return mean === null ? Number.NaN : Math.abs(fallOf(row, classifier) - (mean.before - mean.after));
}
