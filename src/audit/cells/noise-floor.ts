import { relativeChange } from "../../alignment/relative-change.ts";
import { type NullScore, noiseFloor } from "../../statistics/noise-floor.ts";
import type { Movements } from "./movements.ts";

/** Which mean relative change is held against the noise floor. */
export interface NoiseRequest {
  readonly movements: Movements;
  readonly downstream: string;
  /** Places of the counterfactuals behind the mean: all of them used. */
  readonly places: Uint32Array;
  readonly relativeChange: number;
}

/**
 * How many standard deviations a mean relative change lies above what null draws did on the same images, in its own
 * direction: negative where moves of the same length towards other images did more. A null score is Δd(null)/Δb(real), so
 * that it is in units of relative change. undefined without enough null draws, and where none of them moved anything.
 */
export function noiseScore({ movements, downstream, places, relativeChange: shown }: NoiseRequest): number | undefined {
  const { counterfactuals, table } = movements;
  const rows = movements.changes(downstream);
  const scores: NullScore[] = [];
  for (const place of places) {
    const row = rows[place] as number;
    const counterfactual = counterfactuals[place];
    if (counterfactual === undefined || row < 0) continue;
    const before = table.before[row] as number;
    for (const [draw, group] of counterfactual.nullTowards.entries()) {
      const value = relativeChange(counterfactual, { before, after: table.nullAfter(row, draw) });
      if (value !== undefined) scores.push({ group, value });
    }
  }
  const floor = noiseFloor(scores, places.length);
  if (floor === undefined || floor.standardDeviation === 0) return undefined;
  return (Math.sign(shown) * (shown - floor.mean)) / floor.standardDeviation;
}
