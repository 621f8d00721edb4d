import type { InterventionRow, Side } from "./rows.ts";

/** Movement of a feature from which a witness saw it go, or come. */
export const leastMovement = 0.25;
/** Share of the pictures on which a witness has to have seen a feature move. */
export const leastMoved = 0.5;

/** Whether the witness of an edit saw its feature go, or come. */
export function isSeen({ side, witness, before, after }: InterventionRow): boolean {
  const fall = (before[witness] ?? Number.NaN) - (after[witness] ?? Number.NaN);
  return (side === "add" ? -fall : fall) > leastMovement;
}

/** Whether a witness saw a feature move on at least half of some edits of one side; not where there are none. */
export function isConfirmed(edits: readonly InterventionRow[]): boolean {
  return edits.length > 0 && edits.filter(isSeen).length >= leastMoved * edits.length;
}

/**
 * The rows that effects are told from. Of a feature and side that several editors were tried on, those count whose edits the witness confirms; where it confirms
 * none, those of the editor whose edits it saw on the largest share of the pictures.
 */
export function counted(rows: readonly InterventionRow[]): readonly InterventionRow[] {
  const left = new Set<InterventionRow>();
  for (const feature of new Set(rows.map((row) => row.feature))) {
    for (const side of ["remove", "add"] satisfies Side[]) {
      const own = rows.filter((row) => row.feature === feature && row.side === side);
      const tried = [...new Set(own.map(({ editor }) => editor))].map((editor) =>
        own.filter((row) => row.editor === editor),
      );
      if (tried.length < 2) continue;
      const share = (some: readonly InterventionRow[]): number => some.filter(isSeen).length / some.length;
      const best = tried.reduce((a, b) => (share(b) > share(a) ? b : a));
      for (const some of tried) if (!isConfirmed(some) && some !== best) for (const row of some) left.add(row);
    }
  }
  return left.size === 0 ? rows : rows.filter((row) => !left.has(row));
}
