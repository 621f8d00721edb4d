import { type AurocEstimate, aurocInterval } from "../../statistics/auroc.ts";
import { countsOf } from "../../statistics/label-reading.ts";
import {
  balancedLoss,
  type LabelledRows,
  type LogisticFit,
  logisticRegression,
  logits,
} from "../../statistics/logistic.ts";
import { median } from "../../statistics/moments.ts";
import { rowSpan } from "../../statistics/row-span.ts";

/** Penalties that are tried, strongest first, so that each start is near the next minimum. */
export const penalties = [1, 0.1, 0.01, 1e-3, 1e-4];
/** Parts that penalties are cross-validated over. */
export const folds = 3;

/** How a label is read from features. */
export interface FittedReading {
  readonly fit: LogisticFit;
  readonly penalty: number;
}

/** A label as it can be read from features. */
export interface FittedConcept extends FittedReading {
  /** On rows that the fit has not seen. */
  readonly auroc: AurocEstimate;
}

/** A reading, as `fitReading` makes it, judged on held-out rows by AUROC. Needs `enough` images. */
export function fitConcept(own: LabelledRows, heldOut: LabelledRows): FittedConcept {
  const reading = fitReading(own);
  const scores = logits(reading.fit, heldOut.features);
  const auroc = aurocInterval(
    scores.filter((_, i) => heldOut.labels[i] === 1),
    scores.filter((_, i) => heldOut.labels[i] === 0),
  ) as AurocEstimate;
  return { ...reading, auroc };
}

/**
 * A logistic regression with the penalty of the least cross-validated loss, the two classes weighed alike, and calibrated:
 * its logits are scaled as the logits of images outside the fold ask for (Platt), so that 0.5 is as likely as not where both
 * kinds are equally frequent. Separable labels ask for a slope without end, and predictions that nothing moves: half of the
 * logits are no larger than log(n + 1), the certainty (n + 1)/(n + 2) that n images of the rarer kind give. With fewer than `folds` rows of either kind, but
 * one at least, nothing can be tried: the penalty is then the strongest, and nothing is calibrated.
 */
export function fitReading(all: LabelledRows): FittedReading {
  const spanned = rowSpan(all);
  const own = spanned?.rows ?? all;
  const back = (fit: LogisticFit): LogisticFit => spanned?.back(fit) ?? fit;
  const { ones, zeros } = countsOf(own.labels);
  if (Math.min(ones, zeros) < folds) {
    const penalty = penalties[0] as number;
    return { fit: back(logisticRegression(own, penalty)), penalty };
  }
  const outside = penalties.map(() => new Array<number>(own.labels.length).fill(0));
  for (let fold = 0; fold < folds; fold++) {
    const inFold = foldsOf(own.labels).map((of) => of === fold);
    const [fitted, left] = [select(own, inFold, false), select(own, inFold, true)];
    const places = own.labels.flatMap((_, i) => (inFold[i] ? [i] : []));
    let start: LogisticFit | undefined;
    for (const [index, penalty] of penalties.entries()) {
      start = logisticRegression(fitted, penalty, start);
      logits(start, left.features).forEach((logit, i) => {
        (outside[index] as number[])[places[i] as number] = logit;
      });
    }
  }
  const losses = outside.map((found) => balancedLoss(found, own.labels));
  const best = losses.indexOf(Math.min(...losses));
  const penalty = penalties[best] as number;
  const plain = logisticRegression(own, penalty);
  // Platt's line through the logits of images outside the fold; hardly penalised.
  const line = logisticRegression(
    { features: Float64Array.from(outside[best] as number[]), size: 1, labels: own.labels },
    1e-6,
  );
  const slope = Math.max(line.weights[0] as number, 1e-3);
  const steep = {
    weights: plain.weights.map((weight) => slope * weight),
    intercept: slope * plain.intercept + line.intercept,
  };
  return { fit: back(limited(steep, own.features, Math.min(ones, zeros))), penalty };
}

/** A fit half of whose logits are no larger than its rows allow. features: those of all rows; rarer: rows of the rarer kind. */
export function limited(fit: LogisticFit, features: Float64Array, rarer: number): LogisticFit {
  const usual = median(logits(fit, features).map(Math.abs));
  const most = Math.min(1, Math.log(rarer + 1) / usual);
  return { weights: fit.weights.map((weight) => most * weight), intercept: most * fit.intercept };
}

/** Some rows of [rows, size], by their places. */
export function rowsIn(features: Float64Array, size: number, places: readonly number[]): Float64Array {
  const chosen = new Float64Array(places.length * size);
  places.forEach((row, i) => {
    chosen.set(features.subarray(row * size, (row + 1) * size), i * size);
  });
  return chosen;
}

/** The fold of every row: both kinds are spread over all folds alike. */
function foldsOf(labels: readonly (0 | 1)[]): number[] {
  const seen = [0, 0];
  return labels.map((label) => {
    const fold = (seen[label] as number) % folds;
    seen[label] = (seen[label] as number) + 1;
    return fold;
  });
}

function select({ features, size, labels }: LabelledRows, marked: readonly boolean[], wanted: boolean): LabelledRows {
  const rows = labels.flatMap((_, i) => (marked[i] === wanted ? [i] : []));
  return { features: rowsIn(features, size, rows), size, labels: rows.map((row) => labels[row] as 0 | 1) };
}
