import { correlation } from "../src/statistics/correlation.ts";
import { ranks } from "../src/statistics/rank-correlation.ts";
import { type NormalEquations, ridge } from "../src/statistics/ridge.ts";
import type { Draw } from "./draws.ts";
import type { Method } from "./method.ts";
import type { Subject } from "./subjects.ts";

/** What every model says of every audit picture: no counterfactual, no gradient. */
export interface Readings {
  /** Names of the images. */
  readonly images: readonly string[];
  /** Per subject, per image. */
  readonly subjects: readonly Readout[];
  /** Per feature, per image. */
  readonly features: readonly Readout[];
}

export interface Readout {
  readonly predictions: Float64Array;
  readonly logits: Float64Array;
}

function taken(values: Float64Array, indices: Int32Array): Float64Array {
  return Float64Array.from(indices, (index) => values[index] as number);
}

/** What the features say of a draw's pictures, made once: a draw shows every subject the same ones. */
function oncePerDraw<T>(make: (indices: Int32Array) => T): (draw: Draw, indices: Int32Array) => T {
  const made = new WeakMap<Draw, { readonly count: number; readonly value: T }>();
  return (draw, indices) => {
    const known = made.get(draw);
    if (known?.count === indices.length) return known.value;
    const value = make(indices);
    made.set(draw, { count: indices.length, value });
    return value;
  };
}

/** Correlation of the subject's predictions with the features' over the images (the paper's Fig. 2b). */
export function correlationMethod({ images, subjects, features }: Readings, kind: "pearson" | "spearman"): Method {
  const prepared = kind === "pearson" ? (values: Float64Array) => values : ranks;
  const columns = oncePerDraw((indices) => features.map(({ predictions }) => prepared(taken(predictions, indices))));
  return {
    name: `prediction correlation (${kind === "pearson" ? "Pearson" : "Spearman"})`,
    role: "baseline",
    images: () => images,
    scores(subject, draw) {
      const own = (subjects[subject] as Readout).predictions;
      const indices = draw(own.length);
      const values = prepared(taken(own, indices));
      return columns(draw, indices).map((column) => correlation(values, column));
    },
  };
}

/** Ridge regression of the subject's logit on the logits of all features, standardized: correlation beside the other features. alpha: in units of the mean diagonal. */
export function partialMethod({ images, subjects, features }: Readings, alpha: number): Method {
  const designs = oncePerDraw((indices) =>
    designOf(features.map(({ logits }) => standardized(taken(logits, indices)))),
  );
  return {
    name: "partial",
    role: "baseline",
    images: () => images,
    scores(subject, draw) {
      const own = (subjects[subject] as Readout).logits;
      const indices = draw(own.length);
      const design = designs(draw, indices);
      const values = standardized(taken(own, indices));
      const along = Float64Array.from(design.columns, (column) => dot(column, values));
      const equations: NormalEquations = { gram: design.gram, along, total: dot(values, values) };
      const weights = ridge(equations, alpha);
      return features.map((_, k) => weights?.[k]);
    },
  };
}

interface Design {
  readonly columns: readonly Float64Array[];
  readonly gram: Float64Array;
}

function designOf(columns: readonly Float64Array[]): Design {
  const gram = Float64Array.from(columns.flatMap((a) => columns.map((b) => dot(a, b))));
  return { columns, gram };
}

/** Mean 0 and variance 1; all 0 where there is no variance. */
function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const spread = Math.sqrt(dot(centred, centred) / values.length);
  return spread === 0 ? centred.fill(0) : centred.map((value) => value / spread);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** What was done to the training labels: the correlation of the label with every feature, by the recipe. An oracle. */
export function labelMethod(subjects: readonly Subject[], features: readonly string[]): Method {
  return {
    name: "label correlation of the training set",
    role: "oracle",
    images: () => [],
    scores(index) {
      const { family, feature, strength } = subjects[index] as Subject;
      if (family === "composed") return features.map(() => undefined);
      return features.map((name) => (name === feature && strength !== undefined ? 2 * strength - 1 : 0));
    },
  };
}
