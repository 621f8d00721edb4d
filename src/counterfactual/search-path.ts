import type { Tensor } from "../base/tensor.ts";
import { type Direction, shifted } from "./direction.ts";
import { type FastLimits, type FastSample, searchFast } from "./search-fast.ts";
import type { StopReason } from "./types.ts";

/** A straight part of a way through the latent space. */
export interface Leg {
  readonly direction: Direction;
  /** Latent distance gone along it. */
  readonly shift: number;
}

/** One evaluation of a path. */
export interface PathEvaluation {
  /** Step in which it was made, from 1. */
  readonly step: number;
  /** Distance from the start of this step. */
  readonly at: number;
  /** Distance from z0 along the way. */
  readonly length: number;
  readonly prediction: number;
}

/** Where a path went and why it ended. */
export interface PathOutcome<E> {
  /** Steps that had a direction, in order. */
  readonly legs: readonly Leg[];
  readonly chosen: E;
  /** Of the last step. */
  readonly stopReason: StopReason;
  /** Every evaluation in the order they were made, the first included. */
  readonly evaluations: readonly PathEvaluation[];
  /** How often a direction was asked for. */
  readonly directions: number;
}

export interface PathLimits extends Pick<FastLimits, "drop" | "floor" | "range"> {
  /** Equal parts of the fall, each with a direction of its own. */
  readonly steps: number;
  /** Largest distance from z0, wherever the way leads. */
  readonly maxShift: number;
}

/** What a path asks the world. */
export interface PathWorld<E> {
  /** Where to go from a latent, for a step from 1 on. `sample`: what is known there. */
  direction(latent: Tensor, sample: E, step: number): Promise<Direction>;
  predict(latent: Tensor): Promise<E>;
}

/**
 * A counterfactual in steps: each lowers the prediction to the next of equally spaced targets between the first prediction and the drop (or
 * the floor), by the fast search along a direction taken where the last step ended. A target is counted from the first prediction, so that a
 * step makes up for what the last one left. With one step this is the fast search.
 */
export async function searchPath<E extends FastSample>(
  start: { readonly latent: Tensor; readonly sample: E },
  world: PathWorld<E>,
  limits: PathLimits,
): Promise<PathOutcome<E>> {
  const { steps, drop, floor, range, maxShift } = limits;
  const before = start.sample.prediction;
  const fall = Math.min(drop, before - floor);
  const legs: Leg[] = [];
  const evaluations: PathEvaluation[] = [];
  let { latent, sample } = start;
  let length = 0;
  let directions = 0;
  let stopReason: StopReason = "no-direction";
  for (let step = 1; step <= steps; step++) {
    const goal = step === steps ? drop : (fall * step) / steps;
    if (step > 1 && (before - sample.prediction >= goal || sample.prediction < floor)) {
      if (step === steps) stopReason = before - drop >= floor ? "dropped" : "floor";
      continue;
    }
    const here = { latent, sample };
    const direction = await world.direction(latent, sample, step);
    directions++;
    const { unit } = direction;
    if (unit === undefined) {
      if (step === 1) evaluations.push({ step, at: 0, length, prediction: before });
      stopReason = "no-direction";
      break;
    }
    const outcome = await searchFast(
      async (shift) => (shift === 0 ? here.sample : world.predict(shifted(here.latent, direction, shift))),
      {
        drop: goal,
        before,
        floor,
        range,
        slope: { logit: direction.logitSlope, prediction: Math.exp(direction.logNorm) },
        maxShift: roomAlong(unit, { from: start.latent, at: latent, maxShift }),
      },
    );
    for (const { at, prediction } of outcome.evaluations.slice(step === 1 ? 0 : 1)) {
      evaluations.push({ step, at, length: length + at, prediction });
    }
    legs.push({ direction, shift: outcome.at });
    latent = shifted(latent, direction, outcome.at);
    sample = outcome.chosen;
    length += outcome.at;
    stopReason = outcome.stopReason;
  }
  return { legs, chosen: sample, stopReason, evaluations, directions };
}

/** Room below this share of the limit is none. */
const noRoom = 1e-6;

/** How far a latent can go against `unit` until it is `maxShift` away from where the way began. */
function roomAlong(
  unit: Float64Array,
  { from, at, maxShift }: { readonly from: Tensor; readonly at: Tensor; readonly maxShift: number },
): number {
  if (at === from || maxShift === Infinity) return maxShift;
  let along = 0;
  let squares = 0;
  unit.forEach((value, i) => {
    const gone = (at.data[i] as number) - (from.data[i] as number);
    along += gone * value;
    squares += gone * gone;
  });
  const room = along + Math.sqrt(Math.max(0, along * along + maxShift * maxShift - squares));
  return room > noRoom * maxShift ? room : 0;
}

/** The latent at a distance from z0 along the legs of a way. */
export function latentAlong(latent: Tensor, legs: readonly Leg[], length: number): Tensor {
  // The end is the end to the bit, whatever rounding leaves of the rest.
  const whole = length >= lengthOf(legs);
  let at = latent;
  let left = length;
  for (const { direction, shift } of legs) {
    at = shifted(at, direction, whole ? shift : Math.max(0, Math.min(left, shift)));
    left -= shift;
  }
  return at;
}

/** Length of a way. */
export function lengthOf(legs: readonly Leg[]): number {
  return legs.reduce((sum, { shift }) => sum + shift, 0);
}

/** How far a way leads as the crow flies: ‖z0 − z‖ with z its end; of one leg, its length. */
export function displacementOf(legs: readonly Leg[]): number {
  const [first, ...others] = legs.filter(({ shift }) => shift > 0);
  if (first === undefined || others.length === 0) return first?.shift ?? 0;
  const sum = new Float64Array(first.direction.unit?.length ?? 0);
  for (const { direction, shift } of [first, ...others]) {
    direction.unit?.forEach((value, i) => {
      sum[i] = (sum[i] as number) + shift * value;
    });
  }
  return Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
}
