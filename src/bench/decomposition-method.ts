import { type NormalEquations, nonNegativeRidge, residual, ridge } from "../statistics/ridge.ts";
import { type Draw, everyImage } from "./draws.ts";
import type { Method } from "./method.ts";

/** Inner products of averaged latent gradients: per image a row-major matrix over features, then subjects. */
export interface Products {
  /** Names of the images. */
  readonly images: readonly string[];
  readonly grams: readonly Float64Array[];
  readonly features: number;
  readonly subjects: number;
}

export interface DecompositionOptions {
  /** In units of the mean diagonal. */
  readonly alpha: number;
  readonly nonNegative?: boolean;
  /** share: w_k/‖w‖; weight: the subject's logit per unit of the concept's. */
  readonly score: "share" | "weight";
}

/** The subject's latent gradient as a mixture of those of all features, its own concept among them. */
export function decompositionMethod(name: string, products: Products, options: DecompositionOptions): Method {
  const sums = pooled(products);
  const all = Array.from({ length: products.features }, (_, k) => k);
  return {
    name,
    role: "method",
    images: () => products.images,
    scores(subject, draw) {
      const equations = equationsOf(sums(draw), products, subject, all);
      const weights = (options.nonNegative ? nonNegativeRidge : ridge)(equations, options.alpha);
      const length = Math.sqrt((weights ?? new Float64Array(0)).reduce((sum, value) => sum + value * value, 0));
      const unit = options.score === "share" ? length : 1;
      return all.map((k) => (weights === undefined || length === 0 ? undefined : (weights[k] as number) / unit));
    },
  };
}

/** Share of the subject's gradient that the features explain: 1 − residual/total. */
export function explained(
  products: Products,
  subject: number,
  features: readonly number[],
  alpha: number,
): number | undefined {
  const equations = equationsOf(pooled(products)(everyImage), products, subject, features);
  const weights = ridge(equations, alpha);
  return weights === undefined || equations.total === 0
    ? undefined
    : 1 - residual(equations, weights) / equations.total;
}

/** Products summed over the images of a draw; the last draws are remembered. */
function pooled({ grams }: Products): (draw: Draw) => Float64Array {
  const known = new WeakMap<Draw, Float64Array>();
  return (draw) => {
    let sum = known.get(draw);
    if (sum === undefined) {
      sum = new Float64Array(grams[0]?.length ?? 0);
      for (const index of draw(grams.length)) {
        const gram = grams[index] as Float64Array;
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (gram[i] as number);
      }
      known.set(draw, sum);
    }
    return sum;
  };
}

function equationsOf(
  sum: Float64Array,
  { features, subjects }: Products,
  subject: number,
  concepts: readonly number[],
): NormalEquations {
  const width = features + subjects;
  const at = (row: number, column: number): number => sum[row * width + column] as number;
  const base = features + subject;
  return {
    gram: Float64Array.from(concepts.flatMap((row) => concepts.map((column) => at(row, column)))),
    along: Float64Array.from(concepts, (concept) => at(concept, base)),
    total: at(base, base),
  };
}
