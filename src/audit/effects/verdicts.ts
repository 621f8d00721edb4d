import type { RunData } from "../../results/run-data.ts";
import { doubtsOf, isRejected } from "../cells/doubts.ts";
import type { Movements } from "../cells/movements.ts";
import { shareOf } from "../decomposition/share-of.ts";
import type { Cell, Matrix } from "../schema.ts";
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
    const verdict = verdictOf({
      effect,
      byProbe: run.probes?.includes(effect.witness) ?? false,
      alignment,
      rejected: isRejected(cell),
      share: shareOf(matrix.decomposition, cell)?.state ?? undefined,
    });
    return {
      ...cell,
      ...verdict,
      effect,
      // How many more unedited images would settle an effect is not known.
      moreImages: null,
      // The doubts are about relative change: they do not touch what an effect found.
      doubts: effect.state === "found" ? { rejected: false, withinNoise: false } : doubtsOf({ ...cell, ...verdict }),
    };
  });
  return {
    ...{ ...matrix, cells },
    effectGroups: effectGroups(moved, run.concepts, options),
    accountedFor: accountedFor(moved, moves, { confidence }),
  };
}
