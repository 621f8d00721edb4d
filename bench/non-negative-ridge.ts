import { type NormalEquations, penaltyOf } from "../src/statistics/ridge.ts";

/** Rounds of coordinate descent, and the change of a weight (as a share of the largest) at which it has converged. */
const maxRounds = 10_000;
const converged = 1e-10;

/** The weights of `ridge` under w ≥ 0, by coordinate descent; undefined where it does not converge. */
export function nonNegativeRidge(equations: NormalEquations, alpha: number): Float64Array | undefined {
  const { gram, along } = equations;
  const size = along.length;
  const penalty = penaltyOf(equations, alpha);
  const weights = new Float64Array(size);
  for (let round = 0; round < maxRounds; round++) {
    let moved = 0;
    let largest = 0;
    for (let k = 0; k < size; k++) {
      const diagonal = (gram[k * size + k] as number) + penalty;
      if (diagonal === 0) continue;
      let rest = along[k] as number;
      for (let j = 0; j < size; j++) if (j !== k) rest -= (gram[k * size + j] as number) * (weights[j] as number);
      const next = Math.max(0, rest / diagonal);
      moved = Math.max(moved, Math.abs(next - (weights[k] as number)));
      largest = Math.max(largest, next);
      weights[k] = next;
    }
    if (moved <= converged * largest) return weights;
  }
  return undefined;
}
