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
/** Without a bracket, a step goes at most so many times further than the last. */
const maxGrowth = 4;
/** A step into a bracket keeps this share of it from either end. */
const margin = 0.05;

/** A point of the search; y is the coordinate it is searched on. */
interface Point extends Evaluation {
  readonly y: number;
}

/**
 * The shift s ≥ 0 at which the prediction has fallen by `drop` (at most 0.02 more), in few evaluations: the first-order
 * estimate, then secant steps on the logit, inside a bracket once there is one.
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

function goalFrom(start: FastSample, { drop, floor, range, slope }: FastLimits): Goal {
  const byDrop = start.prediction - drop >= floor;
  const target = byDrop ? start.prediction - drop : floor;
  // Outside its range (models without a head) a prediction has no logit: search on the prediction itself.
  const onLogit = Number.isFinite(start.logit) && Number.isFinite(slope.logit);
  const middle = Math.max(target - tolerance / 2, (target + range.low) / 2);
  const share = (middle - range.low) / (range.high - range.low);
  return {
    reached: (prediction) => (byDrop ? start.prediction - prediction >= drop : prediction < floor),
    least: target - tolerance,
    reason: byDrop ? "dropped" : "floor",
    aim: onLogit ? Math.log(share) - Math.log1p(-share) : middle,
    slope: onLogit ? slope.logit : slope.prediction,
    coordinate: (sample) => (onLogit ? sample.logit : sample.prediction),
  };
}

function pointAt(at: number, sample: FastSample, goal: Goal): Point {
  return { at, prediction: sample.prediction, y: goal.coordinate(sample) };
}

/** Nearer of two that reached the goal; else the one that did; else the lower, and of equals the nearer. */
function isBetter(a: Point, b: Point, goal: Goal): boolean {
  const [aReached, bReached] = [goal.reached(a.prediction), goal.reached(b.prediction)];
  if (aReached !== bReached) return aReached;
  if (aReached || a.prediction === b.prediction) return a.at < b.at;
  return a.prediction < b.prediction;
}

/** Further than every point: the last is the lowest so far and not low enough. */
function beyond(points: readonly Point[], { aim, slope }: Goal): number {
  const last = points.at(-1) as Point;
  const before = points.at(-2);
  if (before === undefined) return (last.y - aim) / slope;
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

/** Between the nearest point that reached the goal and the one before it: a parabola or a secant, every third time the middle. */
function inside(points: readonly Point[], index: number, { aim, slope }: Goal, step: number): number {
  const [a, b] = [points[index - 1] as Point, points[index] as Point];
  const width = b.at - a.at;
  const middle = a.at + width / 2;
  if (step % 3 === 2) return middle;
  // y falls by f1·t + f2·t² over the bracket, t in [0, 1]; f1 is known where the bracket starts at 0.
  const fall = a.y - b.y;
  const wanted = (a.y - aim) / fall;
  const third = points[index - 2];
  const initial = a.at === 0 ? (slope * width) / fall : third === undefined ? 1 : initialFall(third, a, b);
  const share = parabolaShare(initial, wanted) ?? wanted;
  if (!Number.isFinite(share)) return middle;
  return a.at + width * Math.min(1 - margin, Math.max(margin, share));
}

/** Initial fall over [a, b], as a share of the whole, of the parabola through three points. */
function initialFall(third: Point, a: Point, b: Point): number {
  const secant = (a.y - b.y) / (b.at - a.at);
  const before = (third.y - a.y) / (a.at - third.at);
  const curvature = (secant - before) / (b.at - third.at);
  return 1 - (curvature * (b.at - a.at)) / secant;
}

/** t in [0, 1] where initial·t + (1 − initial)·t² = wanted, for a parabola that rises over [0, 1]. */
function parabolaShare(initial: number, wanted: number): number | undefined {
  if (!(initial >= 0 && initial <= 2)) return undefined;
  const square = 1 - initial;
  // The stable form of the quadratic formula; square may be 0.
  return (2 * wanted) / (initial + Math.sqrt(initial * initial + 4 * square * wanted));
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
