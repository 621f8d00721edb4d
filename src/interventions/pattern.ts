import { sizeOf, type Tensor } from "../base/tensor.ts";
import { cholesky, solveFactored } from "../statistics/cholesky.ts";

/** Ridge penalty on every feature, per picture. */
const defaultRidge = 1e-3;

/** A least-squares fit that pictures are added to one by one. */
export interface PatternFit {
  /** picture: [1, …], of one shape throughout; labels: one per feature, 1 where the picture has it, 0 where it lacks it, NaN where nobody said. */
  add(picture: Tensor, labels: ArrayLike<number>): void;
  /** [features, …]: what each feature adds to a picture while all other labels stay as they are; 0 for a feature whose labels do not vary. */
  patterns(): Tensor;
}

/**
 * The pattern of every feature: B = (LᵀL + ridge·n·I)⁻¹·LᵀX for labels L, centred, and pictures X: a forward model (Haufe et al.,
 * NeuroImage 2014) of all features at once, so that one that comes with another is not charged with it. A label that nobody gave counts as the
 * feature's mean. Memory: one picture a feature in float64, two where labels are missing, however many pictures are added.
 */
export function fitPatterns(features: number, { ridge = defaultRidge } = {}): PatternFit {
  const rows: Float64Array[] = [];
  /** The sum of all pictures; by feature, of those that have it, and of those without its label. */
  let all = new Float64Array(0);
  let having: Float64Array[] = [];
  const unlabelled = new Map<number, Float64Array>();
  let dims: readonly number[] = [];
  return {
    add(picture, labels) {
      if (rows.length === 0) {
        dims = picture.dims.slice(1);
        having = Array.from({ length: features }, () => new Float64Array(sizeOf(dims)));
        all = new Float64Array(sizeOf(dims));
      }
      const row = Float64Array.from(labels);
      rows.push(row);
      addTo(all, picture.data, 1);
      row.forEach((label, k) => {
        if (Number.isNaN(label)) {
          const sum = unlabelled.get(k) ?? new Float64Array(all.length);
          unlabelled.set(k, sum);
          addTo(sum, picture.data, 1);
        } else if (label !== 0) addTo(having[k] as Float64Array, picture.data, label);
      });
    },
    patterns() {
      const means = Array.from({ length: features }, (_, k) => meanOf(rows.map((row) => row[k] as number)));
      const pixels = sizeOf(dims);
      const data = new Float32Array(features * pixels);
      const factor = cholesky(penalised(rows, means, ridge), features);
      if (factor === undefined) return { data, dims: [features, ...dims] };
      const right = new Float64Array(features);
      for (let p = 0; p < pixels; p++) {
        for (let k = 0; k < features; k++) {
          const labelled = (all[p] as number) - (unlabelled.get(k)?.[p] ?? 0);
          right[k] = (having[k]?.[p] as number) - (means[k] as number) * labelled;
        }
        solveFactored(factor, right).forEach((value, k) => {
          data[k * pixels + p] = value;
        });
      }
      return { data, dims: [features, ...dims] };
    },
  };
}

function addTo(sum: Float64Array, values: Float32Array, weight: number): void {
  for (let p = 0; p < sum.length; p++) sum[p] = (sum[p] as number) + weight * (values[p] as number);
}

/** Over the labels that were given; 0 where there are none. */
function meanOf(labels: readonly number[]): number {
  const given = labels.filter((label) => !Number.isNaN(label));
  return given.length === 0 ? 0 : given.reduce((sum, label) => sum + label, 0) / given.length;
}

/** LᵀL + ridge·n·I of the centred labels. */
function penalised(rows: readonly Float64Array[], means: readonly number[], ridge: number): Float64Array {
  const features = means.length;
  const gram = new Float64Array(features * features);
  for (const row of rows) {
    const centred = row.map((label, k) => (Number.isNaN(label) ? 0 : label - (means[k] as number)));
    for (let a = 0; a < features; a++) {
      for (let b = 0; b < features; b++) {
        gram[a * features + b] = (gram[a * features + b] as number) + (centred[a] as number) * (centred[b] as number);
      }
    }
  }
  for (let k = 0; k < features; k++) {
    gram[k * features + k] = (gram[k * features + k] as number) + ridge * rows.length;
  }
  return gram;
}
