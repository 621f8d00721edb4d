import type { RunData } from "../../results/run-data.ts";
import { mean, variance } from "../../statistics/moments.ts";
import type { AuditRow } from "../schema.ts";
import type { Decisions } from "./presence.ts";

/** Images of one decision from which the share that keeps it is judged. */
const minDecisionCount = 5;
/** Images from which a classifier is called blind at all. */
const minAuditCount = 10;
/** Share of kept decisions, averaged over positive and negative images, below which the feature counts as lost: half way between chance and all. */
const minKept = 0.75;
/** Share of the spread of predictions that must survive. */
const minSpread = 0.5;

/**
 * f(x) against f(D(E(x))) for every classifier of a run, over all images with predictions: downstream in the order of the run, then bases that
 * are not among them, then judges.
 *
 * `blind` is a feature that the autoencoder loses, so that a counterfactual could not show it. With at least 10 images: the share of decisions
 * that survive the reconstruction, averaged over images positive and negative on the input (so that a rare feature is not outvoted; a side of
 * fewer than 5 images has no say), is below 0.75; or the standard deviation of the predictions falls below half of what it was.
 */
export function reconstructionAudit(run: RunData, decided: Decisions): AuditRow[] {
  const classifiers = [...new Set([...run.downstream, ...run.bases, ...run.judges])];
  return classifiers.flatMap((classifier) => {
    const rows = [...decided.predictions(classifier).values()];
    if (rows.length === 0) return [];
    const kept = { positive: 0, positives: 0, negative: 0, negatives: 0 };
    for (const { image } of rows) {
      const before = decided.positive(classifier, image, "input");
      const after = decided.positive(classifier, image, "reconstruction");
      if (before === undefined || after === undefined) continue;
      kept[before ? "positives" : "negatives"]++;
      if (before === after) kept[before ? "positive" : "negative"]++;
    }
    const count = kept.positives + kept.negatives;
    const row: AuditRow = {
      classifier,
      agreement: count === 0 ? null : (kept.positive + kept.negative) / count,
      meanChange: mean(rows.map(({ input, reconstruction }) => reconstruction - input)),
      count: rows.length,
      blind: false,
    };
    if (rows.length < minAuditCount) return [row];
    const shares: number[] = [];
    if (kept.positives >= minDecisionCount) shares.push(kept.positive / kept.positives);
    if (kept.negatives >= minDecisionCount) shares.push(kept.negative / kept.negatives);
    const spreadBefore = Math.sqrt(variance(rows.map(({ input }) => input)));
    const spreadAfter = Math.sqrt(variance(rows.map(({ reconstruction }) => reconstruction)));
    const lost = (shares.length > 0 && mean(shares) < minKept) || spreadAfter < minSpread * spreadBefore;
    return [{ ...row, blind: lost }];
  });
}
