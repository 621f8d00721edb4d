import type { Cell, NoEffect } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";

/** Says of a cell why it has no effect; null where it has one. */
export function noEffect(run: Pick<RunData, "concepts" | "interventions">): (cell: Cell) => NoEffect | null {
  const rows = run.interventions ?? [];
  const witnesses = new Map(rows.map(({ feature, witness }) => [feature, witness]));
  const witnessOf = (classifier: string): string | undefined => witnesses.get(run.concepts[classifier] ?? classifier);
  return ({ base, downstream, sameConcept, effect }) => {
    if (effect !== null) return null;
    if (rows.length === 0) return "none-made";
    if (sameConcept) return "same-concept";
    const [own, other] = [witnessOf(base), witnessOf(downstream)];
    if (own === undefined || own === base) return "no-witness";
    if (other === undefined) return "not-moved";
    return other === base ? "own-witness" : "one-softmax";
  };
}
