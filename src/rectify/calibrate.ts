import { ridgeLogistic } from "../statistics/ridge-logistic.ts";
import { groupSizes, type Label } from "./groups.ts";
import type { Row } from "./layer.ts";

/** Hardly a penalty: two numbers are fitted. */
const penalty = 1e-6;
const leastSlope = 1e-2;

/** Logits on pictures that they were not fitted to. */
export interface OutsideLogits {
  /** Without the offsets. */
  readonly logits: ArrayLike<number>;
  readonly labels: readonly Label[];
  readonly groups: readonly number[];
  /** What is added to them; 0 when absent. */
  readonly offsets?: ArrayLike<number>;
}

/** slope · logit + intercept (+ offset) says what share of pictures is positive (Platt), all groups weighed alike, so that 0.5 is as likely as not where they are as frequent. */
export function plattLine(
  { logits, labels, groups, offsets }: OutsideLogits,
  count: number,
): { readonly slope: number; readonly intercept: number } {
  const sizes = groupSizes(groups, count);
  const filled = sizes.filter((size) => size > 0).length;
  const line = ridgeLogistic(
    {
      features: Float64Array.from(logits),
      size: 1,
      labels,
      importance: groups.map((group) => 1 / (filled * (sizes[group] as number))),
      ...(offsets === undefined ? {} : { offsets }),
    },
    penalty,
  );
  return { slope: Math.max(leastSlope, line.weights[0] as number), intercept: line.intercept };
}

/**
 * A row on the scale of Platt's line through its logits. Separable labels ask for a slope without end: half of the logits are no larger than the
 * certainty that as many pictures as there are of the rarer kind give.
 */
export function calibrated(row: Row, on: OutsideLogits, count: number): Row {
  const { slope, intercept } = plattLine(on, count);
  const rarer = Math.min(...[0, 1].map((label) => on.labels.filter((each) => each === label).length));
  const sizes = Array.from(on.logits, (logit) => Math.abs(intercept + slope * logit)).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const most = usual === 0 ? 1 : Math.min(1, Math.log(rarer + 1) / usual);
  return {
    weights: row.weights.map((weight) => most * slope * weight),
    bias: most * (slope * row.bias + intercept),
  };
}
