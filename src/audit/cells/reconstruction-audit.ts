import type { RunData } from "../../results/run-data.ts";
import { mean } from "../../statistics/moments.ts";
import { type ReconstructionPair, reconstructionLoss } from "../../statistics/reconstruction-loss.ts";
import type { AuditRow } from "../schema.ts";
import type { Decisions } from "./presence.ts";

/** 2⁻²³, the spacing of float32 at 1: what is nearer to an end of the range has no digits left to move by. */
const spacing = 2 ** -23;
/** Images below which a column is not called saturated. */
const minSaturatedCount = 10;

function isSaturated(
  rows: readonly { readonly reconstruction: number }[],
  [low, high]: readonly [number, number] = [0, 1],
): boolean {
  const near = rows.filter(({ reconstruction }) => {
    const inside = (reconstruction - low) / (high - low);
    return Math.min(inside, 1 - inside) < spacing;
  });
  return rows.length >= minSaturatedCount && near.length * 2 >= rows.length;
}

/**
 * f(x) against f(D(E(x))) for every classifier of a run, over all images with predictions: downstream in the order of the run, then bases that
 * are not among them, then judges. `blind` is a feature that the autoencoder loses (`reconstructionLoss`); `saturated` a sigmoid that hardly
 * moves whatever happens to its logit. Most classes of a softmax are near 0 as it should be.
 */
export function reconstructionAudit(run: RunData, decided: Decisions): AuditRow[] {
  const classifiers = [...new Set([...run.downstream, ...run.bases, ...run.judges])];
  return classifiers.flatMap((classifier) => {
    const predictions = decided.predictions(classifier);
    if (predictions === undefined) return [];
    const rows: ReconstructionPair[] = [];
    for (const [place, input] of predictions.input.entries()) {
      if (Number.isNaN(input)) continue;
      rows.push({
        input,
        reconstruction: predictions.reconstruction[place] as number,
        before: decided.positiveAt(classifier, place, "input"),
        after: decided.positiveAt(classifier, place, "reconstruction"),
      });
    }
    const { agreement, blind } = reconstructionLoss(rows);
    const meanChange = mean(rows.map(({ input, reconstruction }) => reconstruction - input));
    const saturated = run.softmaxGroups[classifier] === undefined && isSaturated(rows, run.ranges[classifier]);
    return [{ classifier, agreement: agreement ?? null, meanChange, count: rows.length, blind, saturated }];
  });
}
