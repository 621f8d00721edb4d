import { createRandom } from "../base/random.ts";
import { aurocInterval } from "../statistics/auroc.ts";
import { shareInterval } from "../statistics/binomial.ts";
import { meanIntervals } from "../statistics/mean-interval.ts";
import { percentileInterval } from "../statistics/percentile.ts";
import type { Label } from "./groups.ts";

/** Pictures of a group below which it is no worst case. */
export const leastGroup = 10;
/** Resamples of pictures within their groups. */
const resamples = 1000;
const bins = 10;
/** Predictions from which a classifier says yes. */
const threshold = 0.5;

/** A classifier on labelled pictures. */
export interface Predicted {
  readonly predictions: readonly number[];
  readonly labels: readonly Label[];
  readonly groups: readonly number[];
}

/** A figure with its interval. */
export interface Estimate {
  readonly value: number;
  readonly ci: readonly [number, number];
}

/** How well a classifier predicts a label at 0.5. */
export interface RepairFigures {
  readonly count: number;
  readonly accuracy: Estimate;
  /** null where all labels are the same. */
  readonly auroc: Estimate | null;
  /** By group. */
  readonly groups: readonly (Estimate & { readonly group: number; readonly count: number })[];
  /** The lowest accuracy of groups of at least ten pictures; null unless all groups have them. */
  readonly worstGroup: (Estimate & { readonly group: number; readonly count: number }) | null;
  /** Mean |share of positives − mean prediction| over ten bins of as many pictures. */
  readonly calibrationError: number;
  /** Mean squared error of the prediction. */
  readonly brier: Estimate;
}

/** Figures over some pictures, at least one. groups: how many groups there are. */
export function repairFigures(predicted: Predicted, groups: number, confidence: number): RepairFigures {
  const { predictions, labels, groups: groupOf } = predicted;
  const right = predictions.map((prediction, i) => prediction >= threshold === (labels[i] === 1));
  const share = (some: readonly boolean[]): Estimate => {
    const hits = some.filter(Boolean).length;
    return { value: hits / some.length, ci: pair(shareInterval(hits, some.length, confidence)) };
  };
  const own = Array.from({ length: groups }, (_, group) => right.filter((_, i) => groupOf[i] === group));
  const byGroup = own.flatMap((some, group) =>
    some.length === 0 ? [] : [{ group, count: some.length, ...share(some) }],
  );
  const enough = byGroup.length === groups && byGroup.every(({ count }) => count >= leastGroup);
  const [yes, no] = [1, 0].map((label) => predictions.filter((_, i) => labels[i] === label)) as [number[], number[]];
  const auroc = aurocInterval(yes, no);
  const errors = predictions.map((prediction, i) => (prediction - (labels[i] as Label)) ** 2);
  const brier = meanIntervals(confidence)(errors);
  return {
    count: predictions.length,
    accuracy: share(right),
    auroc: auroc === undefined ? null : { value: auroc.value, ci: pair(auroc.ci) },
    groups: byGroup,
    worstGroup: enough ? ([...byGroup].sort((a, b) => a.value - b.value)[0] ?? null) : null,
    calibrationError: calibrationError(predicted),
    brier: { value: brier.mean as number, ci: pair(brier.ci ?? [0, 1]) },
  };
}

/**
 * What the accuracy of the worst group changed by, on the same pictures: groups are resampled each by itself. undefined where a group has fewer
 * than ten pictures.
 */
export function worstGroupChange(
  before: Predicted,
  after: Predicted,
  { groups, confidence, seed }: { readonly groups: number; readonly confidence: number; readonly seed: number },
): Estimate | undefined {
  const places = Array.from({ length: groups }, (_, group) =>
    before.groups.flatMap((each, i) => (each === group ? [i] : [])),
  );
  if (places.some(({ length }) => length < leastGroup)) return undefined;
  const rightOf = ({ predictions, labels }: Predicted): readonly boolean[] =>
    predictions.map((prediction, i) => prediction >= threshold === (labels[i] === 1));
  const [was, is] = [rightOf(before), rightOf(after)];
  const worst = (right: readonly boolean[], drawn: readonly (readonly number[])[]): number =>
    Math.min(...drawn.map((some) => some.filter((i) => right[i]).length / some.length));
  const change = (drawn: readonly (readonly number[])[]): number => worst(is, drawn) - worst(was, drawn);
  const random = createRandom(`${seed}/worst group`);
  const drawn = Float64Array.from({ length: resamples }, () =>
    change(places.map((some) => some.map(() => some[random.integer(some.length)] as number))),
  );
  const smallest = Math.min(...places.map(({ length }) => length));
  return { value: change(places), ci: pair(percentileInterval(drawn, smallest, confidence)) };
}

function calibrationError({ predictions, labels }: Predicted): number {
  const order = predictions.map((_, i) => i).sort((a, b) => (predictions[a] as number) - (predictions[b] as number));
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const some = order.slice(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins));
    const difference = some.reduce((total, i) => total + (labels[i] as Label) - (predictions[i] as number), 0);
    sum += Math.abs(difference) / order.length;
  }
  return sum;
}

function pair(ci: readonly number[]): readonly [number, number] {
  return [ci[0] as number, ci[1] as number];
}
