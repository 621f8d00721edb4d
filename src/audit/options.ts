import { CfalignError } from "../base/errors.ts";
import { maxRareUse } from "../statistics/cell-state.ts";

/** Options of the statistics; defaults as on the command line. */
export interface MatrixOptions {
  /** Fall of the base prediction from which an image is used, 0.3. */
  readonly minBaseChange?: number;
  /** Smallest relative change that matters, 0.1. */
  readonly minEffect?: number;
  /** Share of a stratum's images from which on a use has to be excluded before a cell is clear, 0.1; 1 asks no single image. */
  readonly maxRareUse?: number;
  /** Coverage of the intervals, 0.95. */
  readonly confidence?: number;
  /** Bootstrap resamples, 2000. */
  readonly resamples?: number;
  /** Seed of the resamples, 1. */
  readonly seed?: number;
}

/** Fills in defaults and refuses what makes no sense. Errors: CfalignError("usage"). */
export function resolveOptions(options: MatrixOptions): Required<MatrixOptions> {
  const resolved = {
    minBaseChange: 0.3,
    minEffect: 0.1,
    maxRareUse,
    confidence: 0.95,
    resamples: 2000,
    seed: 1,
    ...options,
  };
  check("minBaseChange", resolved.minBaseChange, resolved.minBaseChange >= 0, "a number of at least 0");
  check("minEffect", resolved.minEffect, resolved.minEffect >= 0, "a number of at least 0");
  check(
    "maxRareUse",
    resolved.maxRareUse,
    resolved.maxRareUse > 0 && resolved.maxRareUse <= 1,
    "a share above 0, at most 1",
  );
  check(
    "confidence",
    resolved.confidence,
    resolved.confidence > 0 && resolved.confidence < 1,
    "a share between 0 and 1",
  );
  // Fewer resamples than this leave no order statistic for the ends of the interval.
  const fewest = Math.ceil(2 / (1 - resolved.confidence));
  const enough = Number.isInteger(resolved.resamples) && resolved.resamples >= fewest;
  check("resamples", resolved.resamples, enough, `a whole number of at least ${fewest}`);
  check("seed", resolved.seed, Number.isInteger(resolved.seed), "a whole number");
  return resolved;
}

function check(name: keyof MatrixOptions, value: number, holds: boolean, expected: string): void {
  if (!holds)
    throw new CfalignError("usage", (named) => `${named(name)}: expected ${expected}, got "${value}"`, {
      option: name,
    });
}
