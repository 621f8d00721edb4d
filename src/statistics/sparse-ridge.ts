import { cholesky, solveFactored } from "./cholesky.ts";
import { type NormalEquations, penaltyOf, ridge } from "./ridge.ts";

/** What is minimised: ½wᵀ·(gram + penalty·I)·w − alongᵀw + Σ bounds·|w|. */
interface Problem {
  readonly gram: Float64Array;
  readonly penalty: number;
  readonly along: Float64Array;
  readonly bounds: Float64Array;
}

/** Where the search stands: the concepts that have weights, and all weights and their signs by concept. */
interface ActiveSet {
  readonly inside: readonly number[];
  readonly weights: Float64Array;
  readonly signs: Float64Array;
}

/** Steps per concept after which the search for the set of weights is given up. */
const stepsPerConcept = 50;
/** Share of its bound by which the slope of a concept without weight may exceed it, for rounding. */
const slack = 1e-9;

/**
 * Ridge regression that leaves out what hardly points along (an elastic net, Zou & Hastie 2005): min over w of
 * Σ_i ‖g_i − G_iᵀw‖² + α‖w‖² + 2·minCosine·‖g‖·Σ_k ‖G_k‖·|w_k|, with ‖g‖² and ‖G_k‖² summed over images. A concept gets a weight only
 * where its inner product with what the others leave is more than minCosine·‖g‖·‖G_k‖, and alone in the set where its cosine with g is.
 * alpha: as `ridge`. undefined where there is no single solution: α = 0 and dependent concepts.
 *
 * Solved exactly by an active set, as in feature-sign search (Lee et al. 2007): the concept that breaks its bound most comes in, the
 * weights move towards the minimum of those that are in, and the first to reach 0 on the way goes out. near: weights to start from, of
 * equations that differ little; there is one minimum, so that they only save steps.
 */
export function sparseRidge(
  equations: NormalEquations,
  alpha: number,
  minCosine: number,
  near?: Float64Array,
): Float64Array | undefined {
  if (minCosine === 0) return ridge(equations, alpha);
  const { gram, along, total } = equations;
  const size = along.length;
  const bounds = new Float64Array(size);
  for (let k = 0; k < size; k++) bounds[k] = minCosine * Math.sqrt(total * (gram[k * size + k] as number));
  const problem: Problem = { gram, penalty: penaltyOf(equations, alpha), along, bounds };
  const weights = new Float64Array(size);
  const signs = new Float64Array(size);
  let inside: number[] = [];
  for (let k = 0; near !== undefined && k < size; k++) {
    if (near[k] === 0) continue;
    weights[k] = near[k] as number;
    signs[k] = Math.sign(near[k] as number);
    inside.push(k);
  }
  for (let step = 0; step < stepsPerConcept * size; step++) {
    if (inside.length > 0) {
      const goal = minimum(problem, { inside, weights, signs });
      // Too many at once may depend on each other where fewer do not.
      if (goal === undefined) return near === undefined ? undefined : sparseRidge(equations, alpha, minCosine);
      const first = moveTowards(goal, { inside, weights, signs });
      if (first !== undefined) {
        inside = inside.filter((k) => k !== first);
        continue;
      }
    }
    const worst = worstOutside(problem, { inside, weights, signs });
    if (worst === undefined) return weights;
    signs[worst.concept] = worst.sign;
    inside.push(worst.concept);
  }
  return undefined;
}

/** The minimum for given signs, of the concepts inside. */
function minimum({ gram, penalty, along, bounds }: Problem, { inside, signs }: ActiveSet): Float64Array | undefined {
  const size = along.length;
  const count = inside.length;
  const part = new Float64Array(count * count);
  const right = new Float64Array(count);
  // Loops: a bootstrap solves this some hundred thousand times.
  for (let i = 0; i < count; i++) {
    const row = inside[i] as number;
    for (let j = 0; j < count; j++) part[i * count + j] = gram[row * size + (inside[j] as number)] as number;
    part[i * count + i] = (part[i * count + i] as number) + penalty;
    right[i] = (along[row] as number) - (signs[row] as number) * (bounds[row] as number);
  }
  const factor = cholesky(part, count);
  return factor && solveFactored(factor, right);
}

/** Moves the weights to the goal, or to where the first of them reaches 0: that concept is returned. */
function moveTowards(goal: Float64Array, { inside, weights, signs }: ActiveSet): number | undefined {
  let reach = 1;
  let first: number | undefined;
  inside.forEach((k, place) => {
    const [from, to] = [weights[k] as number, goal[place] as number];
    if (to * (signs[k] as number) > 0) return;
    const share = from === 0 ? 0 : from / (from - to);
    if (share > reach) return;
    reach = share;
    first = k;
  });
  inside.forEach((k, place) => {
    const from = weights[k] as number;
    weights[k] = k === first ? 0 : from + reach * ((goal[place] as number) - from);
  });
  return first;
}

/** The concept outside whose slope exceeds its bound most, as a share of the bound, with the sign that it will have. */
function worstOutside(
  { gram, along, bounds }: Problem,
  { inside, weights }: ActiveSet,
): { readonly concept: number; readonly sign: number } | undefined {
  const size = along.length;
  let most = 1 + slack;
  let worst: { readonly concept: number; readonly sign: number } | undefined;
  for (let k = 0; k < size; k++) {
    if (inside.includes(k) || bounds[k] === 0) continue;
    let slope = along[k] as number;
    for (const j of inside) slope -= (gram[k * size + j] as number) * (weights[j] as number);
    const excess = Math.abs(slope) / (bounds[k] as number);
    if (excess <= most) continue;
    most = excess;
    worst = { concept: k, sign: Math.sign(slope) };
  }
  return worst;
}
