import type { RunData } from "../../results/run-data.ts";
import type { CellPoint } from "./cell.ts";
import { baseChange, type Movements } from "./movements.ts";
import type { Decisions } from "./presence.ts";

/** Which cell, and whose rows. */
export interface CellRequest {
  readonly run: RunData;
  readonly movements: Movements;
  readonly decided: Decisions;
  readonly downstream: string;
  /** The judge that has a target of the downstream's name. */
  readonly judge?: string | undefined;
}

/** The images behind a cell, in the order of the run: every counterfactual of the base on which the downstream classifier was evaluated. */
export function cellPoints({ run, movements, decided, downstream, judge }: CellRequest): CellPoint[] {
  const changes = movements.changes(downstream);
  const judged = judge === undefined ? [] : movements.changes(judge);
  // A sigmoid's presence is in the row itself; a softmax's needs the other classes.
  const present =
    run.softmaxGroups[downstream] === undefined
      ? (_: string, before: number) => before >= 0.5
      : (image: string) => decided.positive(downstream, image, "reconstruction");
  return movements.counterfactuals.flatMap((counterfactual, index) => {
    const change = changes[index];
    if (change === undefined) return [];
    return [
      {
        image: counterfactual.image,
        baseChange: baseChange(counterfactual),
        apart: movements.apart[index] === true,
        change: change.after - change.before,
        relativeChange: change.relativeChange ?? undefined,
        judged: judged[index]?.relativeChange ?? undefined,
        present: present(counterfactual.image, change.before),
      },
    ];
  });
}
