import { relativeChange } from "../../alignment/relative-change.ts";
import { noiseFloor } from "../../statistics/noise-floor.ts";
import type { Movements } from "./movements.ts";

/** Which mean relative change is held against the noise floor. */
export interface NoiseRequest {
  readonly movements: Movements;
  readonly downstream: string;
  /** The images behind the mean: all of them used. */
  readonly images: ReadonlySet<string>;
  readonly relativeChange: number;
}

/**
 * How many standard deviations a mean relative change lies above what null draws did on the same images, in its own
 * direction: negative where moves of the same length towards other images did more. A null score is Δd(null)/Δb(real), so
 * that it is in units of relative change. undefined without enough null draws, and where none of them moved anything.
 */
export function noiseScore({ movements, downstream, images, relativeChange: shown }: NoiseRequest): number | undefined {
  const changes = movements.changes(downstream);
  const scores = movements.counterfactuals.flatMap(({ image, before, after, nullTowards }, index) => {
    const change = changes[index];
    if (change === undefined || !images.has(image)) return [];
    return nullTowards.flatMap((group, draw) => {
      const value = relativeChange(
        { before, after },
        { before: change.before, after: change.nullAfter[draw] as number },
      );
      return value === undefined ? [] : [{ group, value }];
    });
  });
  const floor = noiseFloor(scores, images.size);
  if (floor === undefined || floor.standardDeviation === 0) return undefined;
  return (Math.sign(shown) * (shown - floor.mean)) / floor.standardDeviation;
}
