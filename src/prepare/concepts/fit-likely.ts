import { type LogisticFit, logits } from "../../statistics/logistic.ts";
import { type OffsetRows, ridgeLogistic } from "../../statistics/ridge-logistic.ts";
import { type FittedReading, folds, limited, penalties, rowsIn } from "./fit-concept.ts";

/** Rows of numbers, each with how likely it has a feature. */
export interface LikelyRows {
  /** [rows, size] */
  readonly features: Float64Array;
  readonly size: number;
  /** In [0, 1], one a row. */
  readonly likely: readonly number[];
}

/**
 * As `fitReading`, of labels that are probabilities: the penalty of the least cross-validated loss, having and lacking weighed alike, and half of the logits no
 * larger than the number of rows allows. Rows in any order that has nothing to do with what they are.
 */
export function fitLikely(rows: LikelyRows): FittedReading {
  const losses = penalties.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const [fitted, left] = [part(rows, (i) => i % folds !== fold), part(rows, (i) => i % folds === fold)];
    let start: LogisticFit | undefined;
    for (const [index, penalty] of penalties.entries()) {
      start = ridgeLogistic(weighed(fitted), penalty, start);
      losses[index] = (losses[index] as number) + lossOf(logits(start, left.features), left.likely);
    }
  }
  const penalty = penalties[losses.indexOf(Math.min(...losses))] as number;
  const plain = ridgeLogistic(weighed(rows), penalty);
  const having = rows.likely.reduce((sum, value) => sum + value, 0);
  return { fit: limited(plain, rows.features, Math.min(having, rows.likely.length - having)), penalty };
}

function part({ features, size, likely }: LikelyRows, isIn: (row: number) => boolean): LikelyRows {
  const rows = likely.flatMap((_, row) => (isIn(row) ? [row] : []));
  return { features: rowsIn(features, size, rows), size, likely: rows.map((row) => likely[row] as number) };
}

/** A row's part of having and of lacking, each of which sums to one half. */
function weighed({ features, size, likely }: LikelyRows): OffsetRows<number> {
  const having = likely.reduce((sum, value) => sum + value, 0);
  const lacking = likely.length - having;
  const parts = likely.map((value) => [value / (2 * having), (1 - value) / (2 * lacking)] as const);
  const importance = parts.map(([has, lacks]) => has + lacks);
  return { features, size, importance, labels: parts.map(([has], i) => has / (importance[i] as number)) };
}

function lossOf(found: readonly number[], likely: readonly number[]): number {
  const having = likely.reduce((sum, value) => sum + value, 0);
  const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
  return found.reduce((sum, logit, i) => {
    const value = likely[i] as number;
    const has = (value / having) * softplus(-logit);
    return sum + has + ((1 - value) / (likely.length - having)) * softplus(logit);
  }, 0);
}
