import { concepts } from "../audit/cells/concepts.ts";
import type { Movements } from "../audit/cells/movements.ts";
import { type ExplainedPart, explainedParts } from "../audit/effects/accounted-for.ts";
import type { MovedFeatures } from "../audit/effects/movements.ts";
import type { RunData } from "../results/run-data.ts";

/** What one feature did on every counterfactual of a base, in their order. */
export interface FeatureMoves {
  readonly feature: string;
  /** Who tells it. */
  readonly classifier: string;
  /** Change of its prediction, after − before; NaN where it gave no number. */
  readonly changes: Float64Array;
  /** What of the base's fall its effect explains; undefined where it has none. */
  readonly explained: Float64Array | undefined;
}

/** What all features of a run did on a base's counterfactuals: told by the witness, else by the judge, else by the first downstream classifier of the feature that is not the base. */
export function featureMoves(run: RunData, own: Movements, moved: MovedFeatures | undefined): FeatureMoves[] {
  const { of, sameSoftmax, judgeOf } = concepts(run);
  const parts = new Map<string, ExplainedPart>(
    (moved === undefined ? [] : (explainedParts(moved, own) ?? [])).map((part) => [part.feature, part]),
  );
  const features = new Set([...parts.keys(), ...run.downstream.map(of)]);
  return [...features].flatMap((feature): FeatureMoves[] => {
    const part = parts.get(feature);
    const other = run.downstream.find(
      (name) => of(name) === feature && name !== own.base && !sameSoftmax(name, own.base),
    );
    const classifier = part?.witness ?? (other === undefined ? undefined : (judgeOf(other) ?? other));
    if (classifier === undefined) return [];
    const { before, after } = own.table;
    const changes = Float64Array.from(own.changes(classifier), (row) =>
      row < 0 ? Number.NaN : (after[row] as number) - (before[row] as number),
    );
    return [{ feature, classifier, changes, explained: part?.falls }];
  });
}
