import { createRandom } from "../base/random.ts";
import { minFoundCount } from "./cell-state.ts";
import { alphas, chooseAlpha, folds, summed, weightedSum } from "./choose-alpha.ts";
import { collinearity } from "./collinearity.ts";
import { percentileInterval } from "./percentile.ts";
import { createResamples } from "./resamples.ts";
import { type NormalEquations, residual } from "./ridge.ts";
import { sparseRidge } from "./sparse-ridge.ts";
import type { Interval } from "./studentized.ts";

/** Which row of the Gram matrices is explained, and by which. */
export interface MixtureOptions {
  /** Row of the Gram matrices that is explained. */
  readonly base: number;
  /** Rows that explain it; taking one away shows what the others cannot replace. */
  readonly concepts: readonly number[];
  /** α in units of the mean diagonal of the concepts' Gram matrix summed over images; chosen by cross-validation over images when absent. */
  readonly alpha?: number;
  /** Cosine with the direction up to which a concept has no weight, 0.05; 0 is plain ridge regression. */
  readonly minCosine?: number;
}

/** What counts as a share, and how sure its interval is. */
export interface DecomposeOptions extends MixtureOptions {
  /** Smallest share that matters, 0.1. */
  readonly minShare?: number;
  /** Coverage of the intervals, 0.95. */
  readonly confidence?: number;
  /** Bootstrap resamples of the images, 2000. */
  readonly resamples?: number;
  /** Seed of the resamples, 1. */
  readonly seed?: number;
}

/** What can be said of a share, in the words of a cell: beyond the smallest share that matters, within it, or not known. */
export type ShareState = "found" | "clear" | "unresolved";

/** Part of one concept in a direction. */
export interface ConceptShare {
  /** Row of the Gram matrices. */
  readonly concept: number;
  /** Length of its part w_k·G_k of the direction, with the sign of w_k, over the root of the sum of all parts' squares: from −1 to 1; 0 where the concept has no weight. */
  readonly share: number;
  /** w_k: the base's logit per unit of the concept's logit. */
  readonly weight: number;
  /** Over bootstrapped images; undefined below two images. */
  readonly ci: Interval | undefined;
  /** Factor by which the other concepts inflate the variance of its weight, 1 or more; undefined where it depends on them linearly. */
  readonly inflation: number | undefined;
  /** Number of its group; concepts whose gradients are collinear (|cos| ≥ 0.9, directly or through others) share one. */
  readonly group: number;
  /** undefined for a member of a group of several: the group is judged. */
  readonly state: ShareState | undefined;
  /** Whether its interval has the same sign at the smallest and the largest α of the grid; true where α is given. */
  readonly signAgrees: boolean;
}

/** Collinear concepts, reported together because only their sum is well determined. */
export interface ConceptGroup {
  readonly concepts: readonly number[];
  /** Σ of its members' shares, with the sign of a member that points against the first. */
  readonly share: number;
  readonly ci: Interval | undefined;
  readonly state: ShareState;
}

/** A base's latent gradient as a mixture of the concepts' gradients. */
export interface Decomposition {
  /** In the order of the concepts. */
  readonly shares: readonly ConceptShare[];
  /** Groups of several concepts only. */
  readonly groups: readonly ConceptGroup[];
  /** 1 − Σ‖residual‖²/Σ‖g‖²: how much of the direction the concepts explain. */
  readonly explained: { readonly value: number; readonly ci: Interval | undefined };
  /** α that was used, in units of the mean diagonal. */
  readonly alpha: number;
  /** Of the concepts' Gram matrix scaled to a unit diagonal; undefined where they are linearly dependent. */
  readonly conditionNumber: number | undefined;
  /** Images. */
  readonly count: number;
}

/** The weights of a mixture, and what they leave. */
export interface Mixture {
  /** w_k·‖G_k‖, in the order of the concepts: the lengths of their parts, which do not depend on the scale of their logits. */
  readonly parts: Float64Array;
  /** w */
  readonly weights: Float64Array;
  readonly alpha: number;
  /** 1 − Σ‖residual‖²/Σ‖g‖² */
  readonly explained: number;
}

/**
 * The base's latent gradient as a mixture of those of the concepts, pooled over images: a ridge regression in which a concept whose
 * gradient hardly points along has no weight (`sparseRidge`). grams: per image the inner products of gradients, S × S row-major, as
 * `latentProducts` gives them. undefined without images or concepts, and where the base has no gradient.
 */
export function mixture(grams: readonly Float64Array[], options: MixtureOptions): Mixture | undefined {
  return mixed(equationsFor(grams, options), options);
}

/** Normal equations of single images, and of all together. */
interface Equations {
  readonly images: readonly NormalEquations[];
  readonly pooled: NormalEquations;
  /** ‖G_k‖ over all images. */
  readonly lengths: Float64Array;
}

/** In units of the concepts' own lengths: a classifier whose logit is ten times as large says the same, and shrinkage must not see a difference. */
function equationsFor(grams: readonly Float64Array[], options: MixtureOptions): Equations {
  const size = options.concepts.length;
  const raw = grams.map((gram) => equationsOf(gram, options));
  const { gram } = summed(raw, size);
  const lengths = Float64Array.from({ length: size }, (_, k) => Math.sqrt(gram[k * size + k] as number));
  // A concept without gradient points nowhere, whatever its unit.
  const units = lengths.map((length) => (length === 0 ? 1 : length));
  const images = raw.map((one) => ({
    gram: one.gram.map((value, at) => value / (units[Math.floor(at / size)] as number) / (units[at % size] as number)),
    along: one.along.map((value, k) => value / (units[k] as number)),
    total: one.total,
  }));
  return { images, pooled: summed(images, size), lengths };
}

function mixed({ images, pooled, lengths }: Equations, options: MixtureOptions): Mixture | undefined {
  const size = options.concepts.length;
  if (size === 0 || pooled.total === 0) return undefined;
  const solve = solverOf(options);
  const alpha = options.alpha ?? chooseAlpha(partsOf(images, size), size, solve);
  const parts = solve(pooled, alpha);
  if (parts === undefined) return undefined;
  const weights = parts.map((part, k) => (part === 0 ? 0 : part / (lengths[k] as number)));
  return { parts, weights, alpha, explained: 1 - residual(pooled, parts) / pooled.total };
}

/** Normal equations of a mixture, summed over images, in units of the concepts' lengths. */
export function pooledEquations(grams: readonly Float64Array[], options: MixtureOptions): NormalEquations {
  return equationsFor(grams, options).pooled;
}

function solverOf({
  minCosine = 0.05,
}: MixtureOptions): (e: NormalEquations, alpha: number, near?: Float64Array) => Float64Array | undefined {
  return (equations, alpha, near) => sparseRidge(equations, alpha, minCosine, near);
}

/**
 * What `mixture` says of each concept, with intervals over resampled images.
 *
 * grams: per image the inner products of gradients, S × S row-major, as `latentProducts` gives them. A share is `found` with at least ten
 * images, an interval beyond ±minShare, and intervals of the same sign at the smallest and the largest α of the grid: what only some
 * amount of shrinkage shows is not found. It is `clear` where the interval lies inside ±minShare. undefined without images or concepts,
 * and where the base has no gradient.
 */
export function decompose(grams: readonly Float64Array[], options: DecomposeOptions): Decomposition | undefined {
  const { concepts, minShare = 0.1, confidence = 0.95, resamples = 2000, seed = 1 } = options;
  const size = concepts.length;
  const count = grams.length;
  const all = equationsFor(grams, options);
  const found = mixed(all, options);
  if (found === undefined) return undefined;
  const { images, pooled } = all;
  const { parts, weights, alpha } = found;
  const solve = solverOf(options);

  const { conditionNumber, inflation, group, sign } = collinearity(pooled.gram, size);
  const members = concepts
    .map((_, k) => group.flatMap((other, j) => (other === k ? [j] : [])))
    .filter((g) => g.length > 1);
  const figuresOf = (equations: NormalEquations, w: Float64Array): Float64Array =>
    shareFigures(equations, w, { members, sign });
  const ends = options.alpha === undefined ? [alphas[0], alphas[alphas.length - 1] as number] : [];
  const grid = [...new Set([alpha, ...ends])];
  const value = figuresOf(pooled, parts);
  const around = grid.map((at) => {
    const near = solve(pooled, at);
    return (equations: NormalEquations): Float64Array | undefined => {
      const w = solve(equations, at, near);
      return w === undefined || equations.total === 0 ? undefined : figuresOf(equations, w);
    };
  });
  const intervals =
    count < 2 ? undefined : bootstrap(images, around, { size, figures: value.length, confidence, resamples, seed });
  const ciOf = (column: number): Interval | undefined => intervals?.[0]?.[column];
  const agrees = (column: number): boolean => {
    const own = ciOf(column);
    if (own === undefined) return false;
    const toward = Math.sign(own[0] + own[1]);
    return ends.every((at) => {
      const end = intervals?.[grid.indexOf(at)]?.[column];
      return end !== undefined && (toward > 0 ? end[0] > 0 : end[1] < 0);
    });
  };
  const stateOf = (column: number): ShareState => {
    const own = ciOf(column);
    if (own === undefined || count < minFoundCount) return "unresolved";
    const toward = Math.sign(own[0] + own[1]);
    const beyond = toward > 0 ? own[0] > minShare : own[1] < -minShare;
    if (beyond && agrees(column)) return "found";
    return own[0] > -minShare && own[1] < minShare ? "clear" : "unresolved";
  };
  return {
    shares: concepts.map((concept, k) => ({
      concept,
      share: value[k] as number,
      weight: weights[k] as number,
      ci: ciOf(k),
      inflation: inflation[k],
      group: group[k] as number,
      state: members.some((some) => some.includes(k)) ? undefined : stateOf(k),
      signAgrees: agrees(k),
    })),
    groups: members.map((some, index) => ({
      concepts: some.map((k) => concepts[k] as number),
      share: value[size + index] as number,
      ci: ciOf(size + index),
      state: stateOf(size + index),
    })),
    explained: { value: value.at(-1) as number, ci: ciOf(value.length - 1) },
    alpha,
    conditionNumber,
    count,
  };
}

/** Columns of the bootstrap: the shares, the groups' shares, the explained part. members: concepts of each group. */
function shareFigures(
  equations: NormalEquations,
  w: Float64Array,
  { members, sign }: { readonly members: readonly (readonly number[])[]; readonly sign: ArrayLike<number> },
): Float64Array {
  const size = w.length;
  const length = lengthOf(w);
  const values = new Float64Array(size + members.length + 1);
  // Loops: this is asked of every resample.
  for (let k = 0; k < size; k++) values[k] = length === 0 ? 0 : (w[k] as number) / length;
  for (const [index, some] of members.entries()) {
    let together = 0;
    for (const k of some) together += (sign[k] as number) * (values[k] as number);
    values[size + index] = together;
  }
  values[size + members.length] = 1 - residual(equations, w) / equations.total;
  return values;
}

/** Rows and columns of one image's Gram matrix that the fit needs. */
function equationsOf(all: Float64Array, { base, concepts }: MixtureOptions): NormalEquations {
  const width = Math.round(Math.sqrt(all.length));
  const size = concepts.length;
  const gram = new Float64Array(size * size);
  const along = new Float64Array(size);
  // Loops: a resample of a benchmark reads every image anew.
  for (const [i, row] of concepts.entries()) {
    along[i] = all[row * width + base] as number;
    for (let j = 0; j < size; j++) gram[i * size + j] = all[row * width + (concepts[j] as number)] as number;
  }
  return { gram, along, total: all[base * width + base] as number };
}

/** Normal equations of the parts that images are cut into: every tenth image, or single images where there are fewer. */
function partsOf(images: readonly NormalEquations[], size: number): NormalEquations[] {
  const count = Math.min(folds, images.length);
  return Array.from({ length: count }, (_, part) =>
    summed(
      images.filter((_, i) => i % count === part),
      size,
    ),
  );
}

/** Intervals of what functions of resampled equations give: rows are functions, columns their figures. Resamples without a solution do not count. */
function bootstrap(
  images: readonly NormalEquations[],
  functions: readonly ((equations: NormalEquations) => Float64Array | undefined)[],
  options: {
    /** Number of concepts. */
    readonly size: number;
    /** Figures of a function. */
    readonly figures: number;
    readonly confidence: number;
    readonly resamples: number;
    readonly seed: number;
  },
): Interval[][] {
  const { size, figures, confidence, resamples, seed } = options;
  const count = images.length;
  const { indices, start } = createResamples(createRandom(seed), resamples).draws(count);
  const sum = weightedSum(images, size);
  const drawn = functions.map(() => Array.from({ length: figures }, () => new Float64Array(resamples)));
  const kept = functions.map(() => 0);
  const times = new Float64Array(count);
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0);
    const first = start(resample);
    for (let at = first; at < first + count; at++) {
      const image = indices[at] as number;
      times[image] = (times[image] as number) + 1;
    }
    const equations = sum(times);
    functions.forEach((of, row) => {
      const values = of(equations);
      if (values === undefined) return;
      const place = kept[row] as number;
      kept[row] = place + 1;
      const columns = drawn[row] as readonly Float64Array[];
      for (let figure = 0; figure < figures; figure++)
        (columns[figure] as Float64Array)[place] = values[figure] as number;
    });
  }
  return drawn.map((columns, row) =>
    kept[row] === 0
      ? []
      : columns.map((column) => percentileInterval(column.subarray(0, kept[row]), count, confidence)),
  );
}

function lengthOf(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
