import { countedApart } from "../../alignment/arrival.ts";
import { type ChangeTable, changeTable } from "../../results/columns.ts";
import type { RunData } from "../../results/run-data.ts";
import { groupBy } from "../../statistics/group-by.ts";
import type { CellColumns } from "./cell.ts";

type CounterfactualRow = RunData["counterfactuals"][number];

/** The counterfactuals of one base and what they did, in the order of the run's images. */
export interface Movements {
  readonly base: string;
  readonly counterfactuals: readonly CounterfactualRow[];
  /** Which of them are in no mean, since the search's limit stopped them before the drop; aligned with `counterfactuals`. */
  readonly apart: readonly boolean[];
  /** The same of all of them by column, with how far the base fell. */
  readonly every: Pick<CellColumns, "places" | "baseChange" | "apart">;
  /** What all of the run's downstream classifiers did. */
  readonly table: ChangeTable;
  /** Rows of the table that say how a downstream classifier (or judge) moved, aligned with `counterfactuals`; −1 where there is none. */
  changes(downstream: string): Int32Array;
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
  const table = changeTable(run.changes);
  const rowsOf = rowsByBase(table);
  return run.bases.map((base) => {
    const rows = [...(counterfactuals.get(base) ?? [])].sort((a, b) => placeOf(a) - placeOf(b));
    const falls = Float64Array.from(rows, baseChange);
    const apart = countedApart(
      rows.map(({ stopReason }, index) => ({ stopReason, baseChange: falls[index] as number })),
      run.options.drop,
    );
    let found: ReadonlyMap<string, Int32Array> | undefined;
    return {
      base,
      counterfactuals: rows,
      apart,
      every: {
        places: Uint32Array.from(rows, (_, index) => index),
        baseChange: falls,
        apart: Uint8Array.from(apart, Number),
      },
      table,
      changes(downstream) {
        found ??= changesOf(table, rowsOf(base), rows);
        return found.get(downstream) ?? new Int32Array(rows.length).fill(-1);
      },
    };
  });
}

/** Where the rows of a base are. Kept with the table, which does not change: a matrix and a report go through it several times. */
const kept = new WeakMap<ChangeTable, (base: string) => Uint32Array>();

function rowsByBase(table: ChangeTable): (base: string) => Uint32Array {
  const known = kept.get(table);
  if (known !== undefined) return known;
  const counts = new Uint32Array(table.names.length);
  for (const code of table.base) counts[code] = (counts[code] as number) + 1;
  const rows = new Map<string, Uint32Array>();
  const byCode = Array.from(counts, (count, code) => {
    if (count === 0) return undefined;
    const own = new Uint32Array(count);
    rows.set(table.names[code] as string, own);
    return own;
  });
  counts.fill(0);
  for (let row = 0; row < table.length; row++) {
    const code = table.base[row] as number;
    const at = counts[code] as number;
    (byCode[code] as Uint32Array)[at] = row;
    counts[code] = at + 1;
  }
  const none = new Uint32Array(0);
  const found = (base: string): Uint32Array => rows.get(base) ?? none;
  kept.set(table, found);
  return found;
}

/** By downstream classifier the rows of a base's counterfactuals. own: where the rows of the base are. */
function changesOf(
  table: ChangeTable,
  own: Uint32Array,
  counterfactuals: readonly CounterfactualRow[],
): ReadonlyMap<string, Int32Array> {
  const placeOf = new Map(counterfactuals.map(({ image }, place) => [image, place]));
  /** Place of an image by its code, which is looked up once; −1 for one without a counterfactual. */
  const places = new Map<number, number>();
  const found = new Map<number, Int32Array>();
  for (const row of own) {
    const image = table.image[row] as number;
    const place = places.get(image) ?? placeOf.get(table.names[image] as string) ?? -1;
    places.set(image, place);
    if (place < 0) continue;
    const downstream = table.downstream[row] as number;
    const column = found.get(downstream) ?? new Int32Array(counterfactuals.length).fill(-1);
    found.set(downstream, column);
    column[place] = row;
  }
  return new Map([...found].map(([code, column]) => [table.names[code] as string, column]));
}

/** Which counterfactuals of a base moved enough to be used, were they not counted apart; by place. */
export function movedApart({ every, apart }: Movements, minBaseChange: number): readonly boolean[] {
  return apart.map((isApart, index) => isApart && (every.baseChange[index] as number) > minBaseChange);
}
