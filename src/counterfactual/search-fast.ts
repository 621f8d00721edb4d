import type { Evaluation, SearchOutcome } from "./search.ts";
import type { StopReason } from "./types.ts";

/** What the fast search looks at. */
export interface FastSample {
  readonly prediction: number;
  /** logit of the prediction within the classifier's range, where the search is nearly linear. */
  readonly logit: number;
}

export interface FastLimits {
  /** Fall of the prediction that is asked for, in units of the prediction. */
  readonly drop: number;
  /** Prediction that the fall is counted from, where that is not the one at shift 0. */
  readonly before?: number;
  /** Prediction that is low enough, whatever the drop. */
  readonly floor: number;
  /** Range of the classifier: logit is that of (f − low)/(high − low). */
  readonly range: { readonly low: number; readonly high: number };
  /** How fast logit and prediction fall at shift 0, both ≥ 0: the first-order estimate. */
  readonly slope: { readonly logit: number; readonly prediction: number };
  /** Largest shift, in latent distance. */
  readonly maxShift: number;
}

/** The prediction may end up to this far below its target. */
export const tolerance = 0.02;
/** Evaluations of one search, the first included. */
export const maxEvaluations = 10;
/** Evaluations spent on a minimum that stays above the target. */
const maxRefinements = 2;
/** Share of the first-order estimate that is tried first: confident predictions fall faster once they have begun to. */
const firstStep = 0.65;
/** Without a bracket, a step goes at most so many times further than the last. */
const maxGrowth = 2;
/** A step into a bracket keeps this share of it from either end. */
const margin = 0.05;

/** A point of the search; y is the coordinate it is searched on. */
interface Point extends Evaluation {
  readonly y: number;
}

/**
 * The shift s ≥ 0 at which the prediction has fallen by `drop` (at most 0.02 more), in few evaluations: from the first-order
 * estimate on, along a parabola through the last points on the logit, and along a cubic inside a bracket once there is one.
 * Returned is the nearest evaluated point that fell far enough, else the lowest: none nearer to 0 predicts lower.
 */
export async function searchFast<E extends FastSample>(
  predict: (shift: number) => Promise<E>,
  limits: FastLimits,
): Promise<SearchOutcome<E>> {
  const start = await predict(0);
  const goal = goalFrom(start, limits);
  const evaluations: Evaluation[] = [];
  const points: Point[] = [];
  let best = { point: pointAt(0, start, goal), sample: start };

  const take = (point: Point, sample: E): void => {
    evaluations.push({ at: point.at, prediction: point.prediction });
    points.push(point);
    points.sort((a, b) => a.at - b.at);
    if (isBetter(point, best.point, goal)) best = { point, sample };
  };
  const end = (stopReason: StopReason): SearchOutcome<E> => {
    return { at: best.point.at, chosen: best.sample, stopReason, evaluations };
  };

  take(best.point, start);
  for (let bracketed = 0, refined = 0; ; ) {
    const index = points.indexOf(best.point);
    const spent = evaluations.length >= maxEvaluations;
    let next: number;
    if (goal.reached(best.point.prediction)) {
      if (index === 0 || spent || best.point.prediction >= goal.least) return end(goal.reason);
      next = inside(points, index, goal, bracketed++);
    } else if (index < points.length - 1) {
      if (spent || refined++ === maxRefinements) return end("rebounded");
      next = around(points, index);
    } else {
      if (best.point.at >= limits.maxShift) return end("shift-limit");
      if (spent) return end("not-reached");
      next = Math.min(limits.maxShift, beyond(points, goal));
      // No limit, and a target that no finite logit has.
      if (!Number.isFinite(next)) return end("not-reached");
    }
    const sample = await predict(next);
    take(pointAt(next, sample, goal), sample);
  }
}

/** What a search is after. */
interface Goal {
  reached(prediction: number): boolean;
  /** Lowest prediction that is near enough to the target. */
  readonly least: number;
  /** Why a search that reached it ends. */
  readonly reason: StopReason;
  /** Coordinate of the middle between target and `least`. */
  readonly aim: number;
  /** −dy/ds at 0. */
  readonly slope: number;
  coordinate(sample: FastSample): number;
}

function goalFrom(start: FastSample, { drop, before = start.prediction, floor, range, slope }: FastLimits): Goal {
  const byDrop = before - drop >= floor;
  const target = byDrop ? before - drop : floor;
  // Outside its range (models without a head) a prediction has no logit: search on the prediction itself.
  const onLogit = Number.isFinite(start.logit) && Number.isFinite(slope.logit);
  const middle = Math.max(target - tolerance / 2, (target + range.low) / 2);
  const share = (middle - range.low) / (range.high - range.low);
  return {
    reached: (prediction) => (byDrop ? before - prediction >= drop : prediction < floor),
    least: target - tolerance,
    reason: byDrop ? "dropped" : "floor",
    aim: onLogit ? Math.log(share) - Math.log1p(-share) : middle,
    slope: onLogit ? slope.logit : slope.prediction,
    coordinate: ({ logit, prediction }) => {
      if (!onLogit) return prediction;
      return Number.isNaN(logit) ? (prediction > middle ? Infinity : -Infinity) : logit;
    },
  };
}

function pointAt(at: number, sample: FastSample, goal: Goal): Point {
  return { at, prediction: sample.prediction, y: goal.coordinate(sample) };
}

/** Nearer of two that reached the goal; else the one that did; else the lower, and of equals the nearer. */
function isBetter(a: Point, b: Point, goal: Goal): boolean {
  const [aReached, bReached] = [goal.reached(a.prediction), goal.reached(b.prediction)];
  if (aReached !== bReached) return aReached;
  // By coordinate: predictions that round to 1 still differ in it.
  return aReached || a.y === b.y ? a.at < b.at : a.y < b.y;
}

/** Further than every point: the last is the lowest so far and not low enough. */
function beyond(points: readonly Point[], { aim, slope }: Goal): number {
  const last = points.at(-1) as Point;
  const before = points.at(-2);
  if (before === undefined) return (firstStep * (last.y - aim)) / slope;
  const width = last.at - before.at;
  const fall = (before.y - last.y) / width;
  const third = points.at(-3);
  const fallBefore = third === undefined ? slope : (third.y - before.y) / (before.at - third.at);
  // The parabola through three points (or two and the slope at 0): the fall at the last, and how it changes.
  const bend = (fall - fallBefore) / (third === undefined ? width : last.at - third.at);
  const steepness = fall + bend * width;
  const wanted = last.y - aim;
  const root = steepness * steepness + 4 * bend * wanted;
  const step = steepness > 0 && root >= 0 ? (2 * wanted) / (steepness + Math.sqrt(root)) : wanted / fall;
  const furthest = maxGrowth * last.at;
  return step > 0 ? Math.min(furthest, Math.max(last.at + step, (1 + margin) * last.at)) : furthest;
}

/** Between the nearest point that reached the goal and the one before it: a cubic through what is near, every third time the middle. */
function inside(points: readonly Point[], index: number, { aim, slope }: Goal, step: number): number {
  const [a, b] = [points[index - 1] as Point, points[index] as Point];
  const [low, high] = [a.at + margin * (b.at - a.at), b.at - margin * (b.at - a.at)];
  const middle = (a.at + b.at) / 2;
  if (step % 3 === 2) return middle;
  // 0 counts twice, for its value and its slope.
  const nodes = [points[0] as Point, ...points];
  const curve = interpolate(nodes.slice(Math.max(0, index - 1), index + 3), slope);
  if (!Number.isFinite(curve(middle))) return middle;
  // The curve passes through a and b, above and below the aim: halving finds where it crosses.
  let [left, right] = [a.at, b.at];
  for (let halving = 0; halving < 50; halving++) {
    const half = (left + right) / 2;
    if (curve(half) > aim) left = half;
    else right = half;
  }
  return Math.min(high, Math.max(low, left));
}

/** The polynomial through some points in order (Newton's divided differences); a point given twice has slope −`slope`. */
function interpolate(nodes: readonly Point[], slope: number): (at: number) => number {
  const differences = nodes.map(({ y }) => y);
  for (let order = 1; order < nodes.length; order++) {
    for (let i = nodes.length - 1; i >= order; i--) {
      const width = (nodes[i] as Point).at - (nodes[i - order] as Point).at;
      const rise = (differences[i] as number) - (differences[i - 1] as number);
      differences[i] = width === 0 ? -slope : rise / width;
    }
  }
  return (at) =>
    differences.reduceRight((value, difference, i) => difference + value * (at - (nodes[i] as Point).at), 0);
}

/** Near the lowest point, whose neighbours are both higher: the vertex of their parabola, or the middle of the wider side. */
function around(points: readonly Point[], index: number): number {
  const lowest = points[index] as Point;
  const [left, right] = [points[index - 1], points[index + 1] as Point];
  if (left === undefined) return lowest.at + (right.at - lowest.at) / 4;
  const [before, after] = [lowest.at - left.at, right.at - lowest.at];
  const [fall, rise] = [(left.y - lowest.y) / before, (right.y - lowest.y) / after];
  const vertex = lowest.at + (fall * after - rise * before) / (2 * (fall + rise));
  const room = margin * (before + after);
  const usable = vertex > left.at + room && vertex < right.at - room && Math.abs(vertex - lowest.at) > room;
  if (usable) return vertex;
  return after > before ? lowest.at + after / 2 : lowest.at - before / 2;
}
