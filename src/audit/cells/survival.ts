import type { Perturbation } from "../../alignment/rows.ts";
import type { Row, Witness } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { baseChange, type Movements } from "./movements.ts";

/**
 * Share of a base's fall that is still there after each perturbation, and that the judge of its concept sees, over the
 * counterfactuals that reached the drop: Σ of what is left / Σ of the fall. A low share means a pattern made for the
 * classifier rather than a change of the picture; a low share of the judge alone, a change of something else.
 */
export function survival(run: RunData, movements: Movements, judge: string | undefined): Row["survival"] {
  const reached = movements.counterfactuals.filter(
    (row) => row.stopReason === "dropped" || baseChange(row) >= run.options.drop,
  );
  const names = new Set(reached.flatMap(({ perturbed }) => Object.keys(perturbed) as Perturbation[]));
  const shares: Row["survival"] = {};
  const add = (name: Witness, left: (row: (typeof reached)[number]) => number | undefined): void => {
    let [sum, fall, count] = [0, 0, 0];
    for (const row of reached) {
      const change = left(row);
      if (change === undefined) continue;
      sum += change;
      fall += baseChange(row);
      count += 1;
    }
    if (fall > 0) shares[name] = { share: sum / fall, count };
  };
  for (const name of names) add(name, ({ perturbed }) => perturbed[name]);
  if (judge !== undefined) {
    const { table } = movements;
    const seen = movements.changes(judge);
    const places = new Map(movements.counterfactuals.map((row, index) => [row, index]));
    add("judge", (row) => {
      const at = seen[places.get(row) as number] as number;
      return at < 0 ? undefined : (table.before[at] as number) - (table.after[at] as number);
    });
  }
  return shares;
}

/** Perturbations (and "judge") that leave less than a share of a base's fall. */
export function lostTo({ survival }: Pick<Row, "survival">, minSurvival: number): Witness[] {
  const witnesses = Object.keys(survival) as Witness[];
  return witnesses.filter((name) => (survival[name]?.share ?? 1) < minSurvival);
}
