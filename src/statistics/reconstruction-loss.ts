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

/** The same of many images by column. */
export interface ReconstructionColumns {
  readonly input: Float64Array;
  readonly reconstruction: Float64Array;
  /** 1, 0, or 2 where it is not known. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Holds predictions on reconstructions against those on the images. */
export function reconstructionLoss(pairs: readonly ReconstructionPair[]): ReconstructionLoss {
  const codes = (of: (pair: ReconstructionPair) => boolean | undefined): Uint8Array =>
    Uint8Array.from(pairs, (pair) => decisionCode(of(pair)));
  return reconstructionLossOf({
    input: Float64Array.from(pairs, ({ input }) => input),
    reconstruction: Float64Array.from(pairs, ({ reconstruction }) => reconstruction),
    before: codes(({ before }) => before),
    after: codes(({ after }) => after),
  });
}

/** A decision as columns have it. */
export function decisionCode(positive: boolean | undefined): number {
  return positive === undefined ? 2 : Number(positive);
}

/** `reconstructionLoss` of many images. */
export function reconstructionLossOf({
  input,
  reconstruction,
  before,
  after,
}: ReconstructionColumns): ReconstructionLoss {
  /** By the decision on the image: how many there are of both, and how many of them are kept. */
  const counts: [number, number] = [0, 0];
  const same: [number, number] = [0, 0];
  for (let at = 0; at < before.length; at++) {
    const side = before[at] as 0 | 1 | 2;
    if (side === 2 || after[at] === 2) continue;
    counts[side] += 1;
    if (after[at] === side) same[side] += 1;
  }
  const shares = ([1, 0] as const)
    .filter((side) => counts[side] >= minDecisionCount)
    .map((side) => same[side] / counts[side]);
  const kept = shares.length === 0 ? undefined : mean(shares);
  const spread = (values: Float64Array): number => Math.sqrt(variance(values));
  const lost = (): boolean =>
    (kept !== undefined && kept < minKept) || spread(reconstruction) < minSpread * spread(input);
  const decided = counts[0] + counts[1];
  return {
    agreement: decided === 0 ? undefined : (same[0] + same[1]) / decided,
    kept,
    blind: input.length >= minAuditCount && lost(),
  };
}
