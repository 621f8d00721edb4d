import { mean, variance } from "./moments.ts";

/** Images of one decision from which the share that keeps it is judged. */
const minDecisionCount = 5;
/** Images from which a classifier is called blind at all. */
const minAuditCount = 10;
/** Share of kept decisions, averaged over positive and negative images, below which the feature counts as lost: half way between chance and all. */
const minKept = 0.75;
/** Share of the spread of predictions that must survive. */
const minSpread = 0.5;

/** A classifier on one image and on its reconstruction. */
export interface ReconstructionPair {
  readonly input: number;
  readonly reconstruction: number;
  /** Whether it called them positive; undefined where that is not known. */
  readonly before: boolean | undefined;
  readonly after: boolean | undefined;
}

/** What a reconstruction leaves of a classifier. */
export interface ReconstructionLoss {
  /** Share of decisions that survive; undefined without any. */
  readonly agreement: number | undefined;
  /** The same, averaged over positive and negative images, so that a rare feature is not outvoted; a side of fewer than 5 images has no say. */
  readonly kept: number | undefined;
  /**
   * A feature that the autoencoder loses, so that a counterfactual could not show it: with at least 10 images, `kept` is
   * below 0.75, or the standard deviation of the predictions falls below half of what it was.
   */
  readonly blind: boolean;
}

/** Holds predictions on reconstructions against those on the images. */
export function reconstructionLoss(pairs: readonly ReconstructionPair[]): ReconstructionLoss {
  const decided = pairs.filter(({ before, after }) => before !== undefined && after !== undefined);
  const keptOf = (side: readonly ReconstructionPair[]): number =>
    side.filter(({ before, after }) => before === after).length / side.length;
  const shares = [true, false]
    .map((positive) => decided.filter(({ before }) => before === positive))
    .filter((side) => side.length >= minDecisionCount)
    .map(keptOf);
  const kept = shares.length === 0 ? undefined : mean(shares);
  const spread = (values: readonly number[]): number => Math.sqrt(variance(values));
  const lost = (): boolean =>
    (kept !== undefined && kept < minKept) ||
    spread(pairs.map(({ reconstruction }) => reconstruction)) < minSpread * spread(pairs.map(({ input }) => input));
  return {
    agreement: decided.length === 0 ? undefined : keptOf(decided),
    kept,
    blind: pairs.length >= minAuditCount && lost(),
  };
}
