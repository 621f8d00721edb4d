import { countedApart } from "../../alignment/arrival.ts";
import type { ChangeRow } from "../../alignment/rows.ts";
import type { RunData } from "../../results/run-data.ts";
import { groupBy } from "../../statistics/group-by.ts";

type CounterfactualRow = RunData["counterfactuals"][number];
type Changes = RunData["changes"];

/** The counterfactuals of one base and what they did, in the order of the run's images. */
export interface Movements {
  readonly base: string;
  readonly counterfactuals: readonly CounterfactualRow[];
  /** Which of them are in no mean, since the search's limit stopped them before the drop; aligned with `counterfactuals`. */
  readonly apart: readonly boolean[];
  /** How a downstream classifier (or judge) moved, aligned with `counterfactuals`; undefined where there is no row. What was asked last is kept. */
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
  const changes = placesOf(run.changes);
  return run.bases.map((base) => {
    const rows = [...(counterfactuals.get(base) ?? [])].sort((a, b) => placeOf(a) - placeOf(b));
    let ofImage: ReadonlyMap<string, number> | undefined;
    let last: { readonly downstream: string; readonly found: readonly (ChangeRow | undefined)[] } | undefined;
    return {
      base,
      counterfactuals: rows,
      apart: countedApart(
        rows.map((row) => ({ stopReason: row.stopReason, baseChange: baseChange(row) })),
        run.options.drop,
      ),
      changes: (downstream) => {
        if (last?.downstream === downstream) return last.found;
        ofImage ??= new Map(rows.map((row, index) => [row.image, index]));
        const found = new Array<ChangeRow | undefined>(rows.length).fill(undefined);
        for (const at of changes.get(base)?.get(downstream) ?? []) {
          const change = run.changes.at(at) as ChangeRow;
          const index = ofImage.get(change.image);
          if (index !== undefined) found[index] = change;
        }
        last = { downstream, found };
        return found;
      },
    };
  });
}

/** By base and downstream classifier: where the rows are. Kept with rows that are held by column, which do not change: a matrix and a report go through them several times. */
const kept = new WeakMap<Changes, ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>>();

function placesOf(changes: Changes): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const known = kept.get(changes);
  if (known !== undefined) return known;
  const found = new Map<string, Map<string, number[]>>();
  for (let at = 0; at < changes.length; at++) {
    const { base, downstream } = changes.at(at) as ChangeRow;
    const ofBase = found.get(base) ?? new Map<string, number[]>();
    found.set(base, ofBase);
    const places = ofBase.get(downstream);
    if (places === undefined) ofBase.set(downstream, [at]);
    else places.push(at);
  }
  if (!Array.isArray(changes)) kept.set(changes, found);
  return found;
}

/** Which counterfactuals of a base moved enough to be used, were they not counted apart; by place. */
export function movedApart({ counterfactuals, apart }: Movements, minBaseChange: number): readonly boolean[] {
  return counterfactuals.map((row, index) => apart[index] === true && baseChange(row) > minBaseChange);
}
