import { type MixtureOptions, mixture, pooledEquations } from "../src/statistics/decompose.ts";
import type { Draw } from "./draws.ts";
import type { Method } from "./method.ts";
import { nonNegativeRidge } from "./non-negative-ridge.ts";

/** Inner products of averaged latent gradients on each subject's first positives, as its run holds them. */
export interface Products {
  /** Per subject the names of its images. */
  readonly images: readonly (readonly string[])[];
  /** Per subject and image a row-major matrix over the subject, then all features. */
  readonly grams: readonly (readonly Float64Array[])[];
  readonly features: number;
}

export interface DecompositionOptions extends Pick<MixtureOptions, "alpha" | "minCosine"> {
  /** share: of the parts' lengths, w_k·‖G_k‖ (default); weight: the subject's logit per unit of the concept's. */
  readonly score?: "share" | "weight";
}

/** The subject's latent gradient as a mixture of those of all features, its own concept among them; without options as `cfalign decompose` does it. */
export function decompositionMethod(name: string, products: Products, options: DecompositionOptions = {}): Method {
  return methodOf(name, products, options.score, (grams, concepts) => {
    const found = mixture(grams, { base: 0, concepts, ...options });
    return options.score === "weight" ? found?.weights : found?.parts;
  });
}

/** The same with weights of at least 0, at a fixed α. */
export function nonNegativeMethod(name: string, products: Products, alpha: number): Method {
  return methodOf(name, products, "share", (grams, concepts) => {
    return nonNegativeRidge(pooledEquations(grams, { base: 0, concepts }), alpha);
  });
}

function methodOf(
  name: string,
  products: Products,
  score: DecompositionOptions["score"],
  weightsOf: (grams: readonly Float64Array[], concepts: readonly number[]) => Float64Array | undefined,
): Method {
  const concepts = conceptsOf(products);
  return {
    name,
    role: "method",
    images: (subject) => products.images[subject] ?? [],
    scores(subject, draw) {
      const weights = weightsOf(drawn(products, subject, draw), concepts);
      const length = Math.sqrt((weights ?? new Float64Array(0)).reduce((sum, value) => sum + value * value, 0));
      if (weights === undefined || length === 0) return concepts.map(() => undefined);
      return Array.from(weights, (weight) => weight / (score === "weight" ? 1 : length));
    },
  };
}

/** Share of the subject's gradient that features explain, as `cfalign decompose` says it. features: by index. */
export function explained(products: Products, subject: number, features: readonly number[]): number | undefined {
  const grams = products.grams[subject] ?? [];
  return mixture(grams, { base: 0, concepts: features.map((feature) => feature + 1) })?.explained;
}

function conceptsOf({ features }: Products): readonly number[] {
  return Array.from({ length: features }, (_, k) => k + 1);
}

function drawn({ grams }: Products, subject: number, draw: Draw): readonly Float64Array[] {
  const own = grams[subject] ?? [];
  return Array.from(draw(own.length), (index) => own[index] as Float64Array);
}
