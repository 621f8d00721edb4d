import { createRandom } from "../base/random.ts";
import { cholesky, solveFactored } from "./cholesky.ts";

/** |cos| from which two columns cannot be told apart by a regression: each inflates the other's variance more than fivefold. */
export const collinear = 0.9;
/** Steps of the power iterations; the eigenvalue converges with the square of the vector. */
const steps = 300;

/** How hard the concepts' gradients are to tell apart. */
export interface Collinearity {
  /** Largest over smallest eigenvalue of the Gram matrix scaled to a unit diagonal; undefined where concepts are linearly dependent. */
  readonly conditionNumber: number | undefined;
  /** By concept, how much of its weight's variance is due to the others: 1 where it is orthogonal to them; undefined where dependent. */
  readonly inflation: readonly (number | undefined)[];
  /** By concept, the number of its group: concepts that are linked by |cos| ≥ 0.9 share one. */
  readonly group: readonly number[];
  /** By concept, 1, or −1 where it points against the first of its group. */
  readonly sign: readonly (1 | -1)[];
}

/** Reads collinearity off Σ_i G_i·G_iᵀ (concepts × concepts, row-major). */
export function collinearity(gram: Float64Array, size: number): Collinearity {
  const cosine = cosines(gram, size);
  const factor = cholesky(cosine, size);
  const unit = (k: number): Float64Array => Float64Array.from({ length: size }, (_, j) => (j === k ? 1 : 0));
  return {
    conditionNumber: factor && conditionNumber(cosine, factor, size),
    inflation: Array.from({ length: size }, (_, k) => factor && (solveFactored(factor, unit(k))[k] as number)),
    ...signedGroups(cosine, size),
  };
}

/** The groups of columns alone, from Σ_i w_i·w_iᵀ of them. */
export function groupsOf(gram: Float64Array, size: number): Pick<Collinearity, "group" | "sign"> {
  return signedGroups(cosines(gram, size), size);
}

function cosines(gram: Float64Array, size: number): Float64Array {
  const scale = Array.from({ length: size }, (_, k) => Math.sqrt(gram[k * size + k] as number));
  return Float64Array.from(gram, (value, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    const length = (scale[row] as number) * (scale[column] as number);
    // A concept without a gradient is orthogonal to all, itself included.
    return length === 0 ? 0 : value / length;
  });
}

function signedGroups(cosine: Float64Array, size: number): Pick<Collinearity, "group" | "sign"> {
  const group = groups(cosine, size);
  const sign = group.map((first, k) => ((cosine[group.indexOf(first) * size + k] as number) < 0 ? -1 : 1) as 1 | -1);
  return { group, sign };
}

/** Connected components of |cos| ≥ `collinear`, numbered in order. */
function groups(cosine: Float64Array, size: number): number[] {
  const group: number[] = new Array(size).fill(-1);
  let count = 0;
  for (let start = 0; start < size; start++) {
    if (group[start] !== -1) continue;
    const waiting = [start];
    for (let k = waiting.pop(); k !== undefined; k = waiting.pop()) {
      group[k] = count;
      for (let j = 0; j < size; j++) {
        if (group[j] === -1 && Math.abs(cosine[k * size + j] as number) >= collinear) waiting.push(j);
      }
    }
    count++;
  }
  return group;
}

function conditionNumber(matrix: Float64Array, factor: Float64Array, size: number): number {
  const times = (x: Float64Array): Float64Array =>
    x.map((_, row) => x.reduce((sum, value, k) => sum + (matrix[row * size + k] as number) * value, 0));
  return largestEigenvalue(times, size) * largestEigenvalue((x) => solveFactored(factor, x), size);
}

/** By power iteration from a fixed random start, for a positive definite map. */
function largestEigenvalue(apply: (x: Float64Array) => Float64Array, size: number): number {
  const random = createRandom("power iteration");
  let x: Float64Array = Float64Array.from({ length: size }, () => random.normal());
  let value = 0;
  for (let step = 0; step < steps; step++) {
    const norm = Math.sqrt(x.reduce((sum, entry) => sum + entry * entry, 0));
    const from = x.map((entry) => entry / norm);
    x = apply(from);
    value = x.reduce((sum, entry, k) => sum + entry * (from[k] as number), 0);
  }
  return value;
}
