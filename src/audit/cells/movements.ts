import { countedApart } from "../../alignment/arrival.ts";
import type { RunData } from "../../results/run-data.ts";
import { groupBy } from "./group-by.ts";

type CounterfactualRow = RunData["counterfactuals"][number];
type ChangeRow = RunData["changes"][number];

/** The counterfactuals of one base and what they did, in the order of the run's images. */
export interface Movements {
  readonly base: string;
  readonly counterfactuals: readonly CounterfactualRow[];
  /** Which of them are in no mean, since the search's limit stopped them before the drop; aligned with `counterfactuals`. */
  readonly apart: readonly boolean[];
  /** How a downstream classifier (or judge) moved, aligned with `counterfactuals`; undefined where there is no row. */
  changes(downstream: string): readonly (ChangeRow | undefined)[];
}

/** f_b(x0) − f_b(xλ), positive when the prediction fell. */
export function baseChange(row: { readonly before: number; readonly after: number }): number {
  return row.before - row.after;
}

/** Groups the rows of a run by base; bases in the order of the run. */
export function movements(run: RunData): Movements[] {
  const place = new Map(run.images.map((row, index) => [row.image, index]));
  const placeOf = (row: CounterfactualRow): number => place.get(row.image) ?? run.images.length;
  const counterfactuals = groupBy(run.counterfactuals, (row) => row.base);
  const changes = new Map(
    [...groupBy(run.changes, (row) => row.base)].map(([base, rows]) => [base, groupBy(rows, (row) => row.downstream)]),
  );
  return run.bases.map((base) => {
    const rows = [...(counterfactuals.get(base) ?? [])].sort((a, b) => placeOf(a) - placeOf(b));
    return {
      base,
      counterfactuals: rows,
      apart: countedApart(
        rows.map((row) => ({ stopReason: row.stopReason, baseChange: baseChange(row) })),
        run.options.drop,
      ),
      changes: (downstream) => {
        const byImage = new Map((changes.get(base)?.get(downstream) ?? []).map((change) => [change.image, change]));
        return rows.map((row) => byImage.get(row.image));
      },
    };
  });
}

/** Which counterfactuals of a base moved enough to be used, were they not counted apart; by place. */
export function movedApart({ counterfactuals, apart }: Movements, minBaseChange: number): readonly boolean[] {
  return counterfactuals.map((row, index) => apart[index] === true && baseChange(row) > minBaseChange);
}
