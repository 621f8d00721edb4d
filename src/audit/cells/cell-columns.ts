import type { RunData } from "../../results/run-data.ts";
import type { CellColumns } from "./cell.ts";
import type { Movements } from "./movements.ts";
import type { Decisions } from "./presence.ts";

/** Which cell, and whose rows. */
export interface CellRequest {
  readonly run: RunData;
  readonly movements: Movements;
  readonly decided: Decisions;
  readonly downstream: string;
}

/** The images behind a cell, in the order of the run: every counterfactual of the base on which the downstream classifier was evaluated. */
export function cellColumns({ run, movements, decided, downstream }: CellRequest): CellColumns {
  const { table, every, counterfactuals } = movements;
  const rows = movements.changes(downstream);
  const own = rows.includes(-1) ? among(every, rows) : every;
  const change = new Float64Array(own.places.length);
  const relativeChange = new Float64Array(own.places.length);
  const present = new Uint8Array(own.places.length);
  const isSigmoid = run.softmaxGroups[downstream] === undefined;
  for (let at = 0; at < own.places.length; at++) {
    const place = own.places[at] as number;
    const row = rows[place] as number;
    const before = table.before[row] as number;
    change[at] = (table.after[row] as number) - before;
    relativeChange[at] = table.relativeChange[row] as number;
    // A sigmoid's presence is in the row itself; a softmax's needs the other classes.
    const image = counterfactuals[place]?.image as string;
    present[at] = codeOf(isSigmoid ? before >= 0.5 : decided.positive(downstream, image, "reconstruction"));
  }
  return { ...own, change, relativeChange, present };
}

/** Of columns of all counterfactuals those that have a row. */
function among({ places, baseChange, apart }: Movements["every"], rows: Int32Array): Movements["every"] {
  const own = places.filter((place) => (rows[place] as number) >= 0);
  return {
    places: own,
    baseChange: Float64Array.from(own, (place) => baseChange[place] as number),
    apart: Uint8Array.from(own, (place) => apart[place] as number),
  };
}

function codeOf(present: boolean | undefined): number {
  return present === undefined ? 2 : Number(present);
}
