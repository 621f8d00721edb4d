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
    const rows = [...decided.predictions(classifier).values()];
    if (rows.length === 0) return [];
    const { agreement, blind } = reconstructionLoss(
      rows.map(({ image, input, reconstruction }) => ({
        input,
        reconstruction,
        before: decided.positive(classifier, image, "input"),
        after: decided.positive(classifier, image, "reconstruction"),
      })),
    );
    const meanChange = mean(rows.map(({ input, reconstruction }) => reconstruction - input));
    return [{ classifier, agreement: agreement ?? null, meanChange, count: rows.length, blind }];
  });
}
