import { cholesky, solveFactored } from "./cholesky.ts";

/**
 * What a mixture min over w of Σ_i ‖g_i − G_iᵀw‖² + α‖w‖² is fitted from: inner products summed over images.
 * No vector is needed, so the length of the gradients does not matter.
 */
export interface NormalEquations {
  /** Σ_i G_i·G_iᵀ, concepts × concepts, row-major. */
  readonly gram: Float64Array;
  /** Σ_i G_i·g_i, one per concept. */
  readonly along: Float64Array;
  /** Σ_i ‖g_i‖² */
  readonly total: number;
}

/** Mean of the Gram matrix's diagonal: the unit of α. */
function meanDiagonal({ gram, along }: NormalEquations): number {
  const size = along.length;
  let sum = 0;
  for (let k = 0; k < size; k++) sum += gram[k * size + k] as number;
  return sum / size;
}

/** What α, in the unit above, adds to the diagonal of Σ_i G_i·G_iᵀ. */
export function penaltyOf(equations: NormalEquations, alpha: number): number {
  return alpha * meanDiagonal(equations);
}

/**
 * The weights w. alpha: α in units of the mean diagonal of Σ_i G_i·G_iᵀ, so that the same number shrinks alike for few images and
 * many, for steep classifiers and flat ones. undefined where there is no single solution: α = 0 and dependent concepts.
 */
export function ridge(equations: NormalEquations, alpha: number): Float64Array | undefined {
  const size = equations.along.length;
  const penalised = equations.gram.slice();
  const added = penaltyOf(equations, alpha);
  for (let k = 0; k < size; k++) penalised[k * size + k] = (penalised[k * size + k] as number) + added;
  const factor = cholesky(penalised, size);
  return factor && solveFactored(factor, equations.along);
}

/** Σ_i ‖g_i − G_iᵀw‖², not below 0. */
export function residual({ gram, along, total }: NormalEquations, weights: Float64Array): number {
  const size = along.length;
  let sum = total;
  for (let k = 0; k < size; k++) {
    if (weights[k] === 0) continue;
    let row = -2 * (along[k] as number);
    for (let j = 0; j < size; j++) row += (gram[k * size + j] as number) * (weights[j] as number);
    sum += (weights[k] as number) * row;
  }
  return Math.max(0, sum);
}
