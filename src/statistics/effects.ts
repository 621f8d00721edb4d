import { cholesky, solveFactored } from "./cholesky.ts";

/** Ridge penalty, in units of the mean square of all movements, per intervention. */
const defaultRidge = 0.01;

/** Interventions by what they did: rows are interventions, each made on one picture. */
export interface Interventions {
  /** Which picture each was made on, by any number. */
  readonly picture: Int32Array;
  /** Falls of the features as witnesses tell them, interventions × features, row-major. */
  readonly movements: Float64Array;
  readonly features: number;
  /** Falls of the classifiers' predictions, interventions × classifiers, row-major. */
  readonly falls: Float64Array;
  readonly classifiers: number;
}

/** Effects of all features on all classifiers: classifiers × features, row-major. */
export interface Effects {
  /** β: the fall of the classifier's prediction when the feature alone goes from 1 to 0. */
  readonly values: Float64Array;
  /** Standard errors by the jackknife over pictures: all interventions of one picture left out at once; not asked for where they are empty. */
  readonly standardErrors: Float64Array;
}

export interface EffectsOptions {
  readonly ridge?: number;
  /** Whether standard errors are asked for: one more fit a picture. */
  readonly errors?: boolean;
}

/**
 * β of y_r = Σ_k β_k·w_rk over the interventions of all features together, by ridge regression: y the fall of a classifier, w the falls of the
 * features. undefined where there is nothing to regress on. Errors of pictures are those of the delete-one-cluster jackknife (CR3), which needs no
 * seed and errs on the side of wide.
 */
export function effects(
  interventions: Interventions,
  { ridge = defaultRidge, errors = true }: EffectsOptions = {},
): Effects | undefined {
  const { picture, movements, features, falls, classifiers } = interventions;
  const count = picture.length;
  const blocks = new Map<number, { readonly gram: Float64Array; readonly along: Float64Array; rows: number }>();
  const whole = { gram: new Float64Array(features * features), along: new Float64Array(features * classifiers) };
  for (let r = 0; r < count; r++) {
    const id = picture[r] as number;
    const block = blocks.get(id) ?? {
      gram: new Float64Array(features * features),
      along: new Float64Array(features * classifiers),
      rows: 0,
    };
    blocks.set(id, block);
    block.rows++;
    for (let a = 0; a < features; a++) {
      const w = movements[r * features + a] as number;
      for (let b = 0; b < features; b++) {
        const at = a * features + b;
        const product = w * (movements[r * features + b] as number);
        block.gram[at] = (block.gram[at] as number) + product;
        whole.gram[at] = (whole.gram[at] as number) + product;
      }
      for (let m = 0; m < classifiers; m++) {
        const at = a * classifiers + m;
        const product = w * (falls[r * classifiers + m] as number);
        block.along[at] = (block.along[at] as number) + product;
        whole.along[at] = (whole.along[at] as number) + product;
      }
    }
  }
  let trace = 0;
  for (let k = 0; k < features; k++) trace += whole.gram[k * features + k] as number;
  const penalty = (ridge * trace) / features;
  const solve = (gram: Float64Array, along: Float64Array): Float64Array | undefined => {
    const penalised = gram.slice();
    for (let k = 0; k < features; k++) penalised[k * features + k] = (penalised[k * features + k] as number) + penalty;
    const factor = cholesky(penalised, features);
    if (factor === undefined) return undefined;
    const solved = new Float64Array(classifiers * features);
    const right = new Float64Array(features);
    for (let m = 0; m < classifiers; m++) {
      for (let k = 0; k < features; k++) right[k] = along[k * classifiers + m] as number;
      solved.set(solveFactored(factor, right), m * features);
    }
    return solved;
  };
  const values = solve(whole.gram, whole.along);
  if (values === undefined) return undefined;
  if (!errors) return { values, standardErrors: new Float64Array(0) };
  const squares = new Float64Array(values.length);
  for (const block of blocks.values()) {
    const left = solve(
      whole.gram.map((value, at) => value - (block.gram[at] as number)),
      whole.along.map((value, at) => value - (block.along[at] as number)),
    );
    if (left === undefined) continue;
    for (let at = 0; at < squares.length; at++) {
      squares[at] = (squares[at] as number) + ((left[at] as number) - (values[at] as number)) ** 2;
    }
  }
  const { size } = blocks;
  return { values, standardErrors: squares.map((sum) => Math.sqrt(((size - 1) / size) * sum)) };
}

/**
 * What a ridge regression leaves of the effect of each feature: the diagonal of (G + λI)⁻¹G, 1 where nothing is taken from it, 0 of one that never moved. G: sums of
 * products of the movements. All 0 where nothing moved.
 */
export function ridgeResolution({ movements, features }: Pick<Interventions, "movements" | "features">): Float64Array {
  const gram = new Float64Array(features * features);
  for (let row = 0; row < movements.length; row += features) {
    for (let a = 0; a < features; a++) {
      for (let b = 0; b < features; b++) {
        const product = (movements[row + a] as number) * (movements[row + b] as number);
        gram[a * features + b] = (gram[a * features + b] as number) + product;
      }
    }
  }
  let trace = 0;
  for (let k = 0; k < features; k++) trace += gram[k * features + k] as number;
  const penalty = (defaultRidge * trace) / features;
  for (let k = 0; k < features; k++) gram[k * features + k] = (gram[k * features + k] as number) + penalty;
  const factor = cholesky(gram, features);
  if (factor === undefined) return new Float64Array(features);
  return Float64Array.from({ length: features }, (_, k) => {
    const unit = new Float64Array(features);
    unit[k] = 1;
    return 1 - penalty * (solveFactored(factor, unit)[k] as number);
  });
}
