import type { Random } from "../base/random.ts";
import { type LogisticFit, logits } from "../statistics/logistic.ts";
import { type OffsetRows, ridgeLogistic } from "../statistics/ridge-logistic.ts";
import { plattLine } from "./calibrate.ts";
import { groupSizes, type Label } from "./groups.ts";
import type { Row } from "./layer.ts";

/** Pictures as a last layer reads them. */
export interface Numbers {
  readonly read: readonly Float32Array[];
  readonly labels: readonly Label[];
  readonly groups: readonly number[];
  /** What the logit has that the row does not make: that of the other classes of a softmax; 0 when absent. */
  readonly offsets?: readonly number[];
}

/** Penalties that are tried, strongest first, so that each start is near the next minimum. */
const penalties = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
const folds = 3;

/** A row that was fitted anew. */
export interface Refit {
  readonly row: Row;
  readonly penalty: number;
  /** Pictures of every group in one fit. */
  readonly perGroup: number;
  readonly fits: number;
}

/**
 * The last layer of deep feature reweighting (Kirichenko et al., 2023): the mean of logistic regressions, each on as many pictures of every
 * group. The penalty is the one with the least loss in the group where that is largest, on pictures outside the fold.
 */
export function refit(numbers: Numbers, groups: number, { fits, random }: { fits: number; random: Random }): Refit {
  const scale = scaleOf(numbers.read);
  const rows = rowsOf(numbers, scale);
  const penalty = chosenPenalty(rows, numbers.groups, groups, random.fork("penalty"));
  const perGroup = Math.min(...groupSizes(numbers.groups, groups));
  const sum = { weights: new Float64Array(rows.size), intercept: 0 };
  let start: LogisticFit | undefined;
  for (let index = 0; index < fits; index++) {
    const places = balanced(numbers.groups, groups, random.fork(`fit ${index}`));
    start = ridgeLogistic(some(rows, places), penalty, start);
    for (let i = 0; i < rows.size; i++)
      sum.weights[i] = (sum.weights[i] as number) + (start.weights[i] as number) / fits;
    sum.intercept += start.intercept / fits;
  }
  return { row: unscaled(sum, scale), penalty, perGroup, fits };
}

/** As many places of every group: those of the smallest, drawn without replacement. */
export function balanced(groups: readonly number[], count: number, random: Random): readonly number[] {
  const most = Math.min(...groupSizes(groups, count));
  return Array.from({ length: count }, (_, group) => {
    const own = groups.flatMap((each, place) => (each === group ? [place] : []));
    return random.fork(`group ${group}`).shuffle(own).slice(0, most);
  })
    .flat()
    .sort((a, b) => a - b);
}

function chosenPenalty(rows: OffsetRows, groups: readonly number[], count: number, random: Random): number {
  const fold = foldsOf(groups, count, random);
  const outside = penalties.map(() => new Float64Array(groups.length));
  for (let held = 0; held < folds; held++) {
    const inner = groups.flatMap((_, place) => (fold[place] === held ? [] : [place]));
    const left = groups.flatMap((_, place) => (fold[place] === held ? [place] : []));
    const own = inner.map((place) => groups[place] as number);
    const fitted = some(
      rows,
      balanced(own, count, random.fork(`fold ${held}`)).map((place) => inner[place] as number),
    );
    const judged = some(rows, left);
    let start: LogisticFit | undefined;
    for (const [index, penalty] of penalties.entries()) {
      start = ridgeLogistic(fitted, penalty, start);
      logits(start, judged.features).forEach((logit, i) => {
        (outside[index] as Float64Array)[left[i] as number] = logit + (judged.offsets?.[i] ?? 0);
      });
    }
  }
  // Labels that are nearly separable ask for larger logits than pictures outside the fold bear out: what counts is the order, so their scale is fitted.
  const losses = outside.map((found) => worstLoss(scaled(found, rows, groups, count), rows.labels, groups, count));
  return penalties[losses.indexOf(Math.min(...losses))] as number;
}

/** Every group is spread over all folds alike. */
function foldsOf(groups: readonly number[], count: number, random: Random): readonly number[] {
  const seen = Array.from({ length: count }, () => random.integer(folds));
  return groups.map((group) => {
    seen[group] = (seen[group] as number) + 1;
    return (seen[group] as number) % folds;
  });
}

/** Logits on the scale on which they say what share of pictures is positive. */
function scaled(
  found: Float64Array,
  { labels, offsets }: OffsetRows,
  groups: readonly number[],
  count: number,
): Float64Array {
  const own = found.map((logit, i) => logit - (offsets?.[i] ?? 0));
  const { slope, intercept } = plattLine(
    { logits: own, labels, groups, ...(offsets === undefined ? {} : { offsets }) },
    count,
  );
  return own.map((logit, i) => intercept + slope * logit + (offsets?.[i] ?? 0));
}

function worstLoss(found: Float64Array, labels: readonly Label[], groups: readonly number[], count: number): number {
  const sums = new Array<number>(count).fill(0);
  found.forEach((logit, i) => {
    const against = labels[i] === 1 ? -logit : logit;
    const loss = against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against));
    sums[groups[i] as number] = (sums[groups[i] as number] as number) + loss;
  });
  const sizes = groupSizes(groups, count);
  return Math.max(...sums.map((sum, group) => sum / Math.max(1, sizes[group] as number)));
}

/** Mean and spread of every number. */
interface Scale {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

function scaleOf(read: readonly Float32Array[]): Scale {
  const size = read[0]?.length ?? 0;
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  for (const own of read) {
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (own[i] as number) / read.length;
  }
  for (const own of read) {
    for (let i = 0; i < size; i++) {
      square[i] = (square[i] as number) + ((own[i] as number) - (mean[i] as number)) ** 2 / read.length;
    }
  }
  // A number that never moves says nothing, whatever it is divided by.
  return { mean, spread: square.map((value) => (value > 0 ? Math.sqrt(value) : 1)) };
}

function rowsOf({ read, labels, offsets }: Numbers, { mean, spread }: Scale): OffsetRows {
  const size = mean.length;
  const features = new Float64Array(read.length * size);
  read.forEach((own, row) => {
    for (let i = 0; i < size; i++) {
      features[row * size + i] = ((own[i] as number) - (mean[i] as number)) / (spread[i] as number);
    }
  });
  return { features, size, labels, ...(offsets === undefined ? {} : { offsets }) };
}

function some({ features, size, labels, offsets }: OffsetRows, places: readonly number[]): OffsetRows {
  const chosen = new Float64Array(places.length * size);
  places.forEach((place, row) => {
    chosen.set(features.subarray(place * size, (place + 1) * size), row * size);
  });
  const own = { features: chosen, size, labels: places.map((place) => labels[place] as Label) };
  return offsets === undefined ? own : { ...own, offsets: places.map((place) => offsets[place] as number) };
}

function unscaled({ weights, intercept }: LogisticFit, { mean, spread }: Scale): Row {
  const raw = weights.map((weight, i) => weight / (spread[i] as number));
  return { weights: raw, bias: raw.reduce((sum, weight, i) => sum - weight * (mean[i] as number), intercept) };
}
