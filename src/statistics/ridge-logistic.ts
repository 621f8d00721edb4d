import type { LogisticFit } from "./logistic.ts";

/** Rows to fit a logistic regression to. */
export interface OffsetRows<Label extends number = 0 | 1> {
  /** [rows, size] */
  readonly features: Float64Array;
  readonly size: number;
  /** One a row: 0, 1, or how likely it is 1. */
  readonly labels: readonly Label[];
  /** Added to every logit; 0 when absent. */
  readonly offsets?: ArrayLike<number>;
  /** Parts that rows have in the mean loss, summing to 1; equal when absent. */
  readonly importance?: ArrayLike<number>;
}

const mostSteps = 60;
/** Length of the gradient at which the minimum is reached. */
const flat = 1e-7;

/**
 * The minimum of the mean loss of logit = offset + weights · x + intercept plus penalty/2 · ‖weights‖², by Newton's method with its steps
 * solved by conjugate gradients: no matrix of size² is made, so that two thousand numbers a row are as good as thirty. The intercept is
 * not penalised. penalty > 0: then there is one minimum, separable labels included. start: where to begin.
 */
export function ridgeLogistic(rows: OffsetRows<number>, penalty: number, start?: LogisticFit): LogisticFit {
  const { size } = rows;
  let x = new Float64Array(size + 1);
  if (start !== undefined) {
    x.set(start.weights);
    x[size] = start.intercept;
  }
  let at = evaluated(rows, penalty, x);
  for (let step = 0; step < mostSteps; step++) {
    const length = norm(at.gradient);
    if (length < flat) break;
    const move = newtonStep(rows, penalty, at, Math.min(0.1, Math.sqrt(length)) * length);
    const slope = dot(move, at.gradient);
    let share = 1;
    let next = evaluated(rows, penalty, moved(x, move, share));
    // Far from the minimum a whole step may overshoot: halved until it gains what its slope promises in part.
    while (share > 1e-9 && next.loss > at.loss - 1e-4 * share * slope) {
      share /= 2;
      next = evaluated(rows, penalty, moved(x, move, share));
    }
    if (next.loss >= at.loss) break;
    x = moved(x, move, share);
    at = next;
  }
  return { weights: x.slice(0, size), intercept: x[size] as number };
}

interface Evaluated {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** By row, the curvature of its loss. */
  readonly curves: Float64Array;
}

function evaluated(rows: OffsetRows<number>, penalty: number, x: Float64Array): Evaluated {
  const { features, size, labels, offsets, importance } = rows;
  const gradient = new Float64Array(size + 1);
  const curves = new Float64Array(labels.length);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const start = row * size;
    let logit = (x[size] as number) + (offsets?.[row] ?? 0);
    for (let i = 0; i < size; i++) logit += (x[i] as number) * (features[start + i] as number);
    const part = importance?.[row] ?? 1 / labels.length;
    const label = labels[row] as number;
    const p = logit < 0 ? Math.exp(logit) / (1 + Math.exp(logit)) : 1 / (1 + Math.exp(-logit));
    loss += part * lossOf(logit, label);
    const slope = part * (p - label);
    curves[row] = part * p * (1 - p);
    for (let i = 0; i < size; i++) {
      gradient[i] = (gradient[i] as number) + slope * (features[start + i] as number);
    }
    gradient[size] = (gradient[size] as number) + slope;
  }
  for (let i = 0; i < size; i++) {
    const weight = x[i] as number;
    loss += (penalty / 2) * weight * weight;
    gradient[i] = (gradient[i] as number) + penalty * weight;
  }
  return { loss, gradient, curves };
}

/** Against a label in between, of both in its proportion. */
function lossOf(logit: number, label: number): number {
  if (label !== 0 && label !== 1) return label * lossOf(logit, 1) + (1 - label) * lossOf(logit, 0);
  const against = label === 1 ? -logit : logit;
  return against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against));
}

/** H·step = gradient by conjugate gradients, until no more than `left` of it is left. */
function newtonStep(
  rows: OffsetRows<number>,
  penalty: number,
  { gradient, curves }: Evaluated,
  left: number,
): Float64Array<ArrayBuffer> {
  const step = new Float64Array(gradient.length);
  const residual = gradient.slice();
  let way = residual.slice();
  let square = dot(residual, residual);
  for (let round = 0; round < 2 * gradient.length && Math.sqrt(square) > left; round++) {
    const curved = hessianTimes(rows, { penalty, curves, way });
    const share = square / dot(way, curved);
    for (let i = 0; i < step.length; i++) {
      step[i] = (step[i] as number) + share * (way[i] as number);
      residual[i] = (residual[i] as number) - share * (curved[i] as number);
    }
    const next = dot(residual, residual);
    const kept = next / square;
    way = way.map((value, i) => (residual[i] as number) + kept * value);
    square = next;
  }
  return step;
}

function hessianTimes(
  { features, size }: OffsetRows<number>,
  { penalty, curves, way }: { readonly penalty: number; readonly curves: Float64Array; readonly way: Float64Array },
): Float64Array {
  // Where every prediction is certain the intercept has no curvature of its own left.
  const result = way.map((value, i) => (i < size ? penalty : 1e-9) * value);
  for (let row = 0; row < curves.length; row++) {
    const start = row * size;
    let along = way[size] as number;
    for (let i = 0; i < size; i++) along += (way[i] as number) * (features[start + i] as number);
    along *= curves[row] as number;
    for (let i = 0; i < size; i++) result[i] = (result[i] as number) + along * (features[start + i] as number);
    result[size] = (result[size] as number) + along;
  }
  return result;
}

function moved(x: Float64Array, move: Float64Array, share: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(x, (value, i) => value - share * (move[i] as number));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}
