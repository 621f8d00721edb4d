import type { RunData } from "../../results/run-data.ts";
import { mean } from "../../statistics/moments.ts";
import { reconstructionLoss } from "../../statistics/reconstruction-loss.ts";
import type { AuditRow } from "../schema.ts";
import type { Decisions } from "./presence.ts";

/**
 * f(x) against f(D(E(x))) for every classifier of a run, over all images with predictions: downstream in the order of the run, then bases that
 * are not among them, then judges. `blind` is a feature that the autoencoder loses (`reconstructionLoss`).
 */
export function reconstructionAudit(run: RunData, decided: Decisions): AuditRow[] {
  const classifiers = [...new Set([...run.downstream, ...run.bases, ...run.judges])];
  return classifiers.flatMap((classifier) => {
    const predictions = decided.predictions(classifier);
    if (predictions === undefined) return [];
    const rows = decided.images.flatMap((_, place) => {
      const input = predictions.input[place] as number;
      if (Number.isNaN(input)) return [];
      return [
        {
          input,
          reconstruction: predictions.reconstruction[place] as number,
          before: decided.positiveAt(classifier, place, "input"),
          after: decided.positiveAt(classifier, place, "reconstruction"),
        },
      ];
    });
    const { agreement, blind } = reconstructionLoss(rows);
    const meanChange = mean(rows.map(({ input, reconstruction }) => reconstruction - input));
    return [{ classifier, agreement: agreement ?? null, meanChange, count: rows.length, blind }];
  });
}
