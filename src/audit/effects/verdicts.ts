import type { Cell, Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import type { Movements } from "../cells/movements.ts";
import { isRejected } from "../cells/rejected.ts";
import { shareOf } from "../decomposition/share-of.ts";
import { accountedFor } from "./accounted-for.ts";
import { effectOf } from "./effect.ts";
import { effectGroups } from "./effect-groups.ts";
import { movedFeatures } from "./movements.ts";
import { verdictOf } from "./verdict.ts";

/** A matrix with the effects of its features, the verdicts that follow, and what they explain of every base; the same matrix where the run has no interventions. */
export function withEffects(
  { run, moves }: { readonly run: RunData; readonly moves: readonly Movements[] },
  matrix: Matrix,
): Matrix {
  const moved = movedFeatures(run);
  if (moved === undefined) return matrix;
  const { minEffect, confidence, maxRareUse } = matrix;
  const options = { allowed: [-minEffect, minEffect], confidence, maxRareUse } as const;
  const cells = matrix.cells.map((cell): Cell => {
    const { base, downstream, alignment } = cell;
    const feature = run.concepts[downstream] ?? downstream;
    const effect = cell.sameConcept
      ? undefined
      : effectOf(moved, { classifier: base, feature, concept: run.concepts[base] ?? base }, options);
    if (effect === undefined || alignment.state === null) return cell;
    const rejected = isRejected(cell);
    const verdict = verdictOf({
      effect,
      byProbe: run.probes?.includes(effect.witness) ?? false,
      alignment,
      rejected,
      share: shareOf(matrix.decomposition, cell)?.state ?? undefined,
    });
    return {
      ...cell,
      ...verdict,
      effect,
      // How many more unedited images would settle an effect is not known.
      moreImages: null,
      // The judge of relative change does not touch what an effect found.
      rejected: rejected && verdict.state === "found" && effect.state !== "found",
    };
  });
  return {
    ...{ ...matrix, cells },
    effectGroups: effectGroups(moved, run.concepts, options),
    accountedFor: accountedFor(moved, moves, { confidence }),
  };
}
