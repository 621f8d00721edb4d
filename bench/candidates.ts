import { decompositionMethod, nonNegativeMethod, type Products } from "./decomposition-method.ts";
import type { Method } from "./method.ts";
import { correlationMethod, labelMethod, partialMethod, type Readings } from "./prediction-methods.ts";
import { type Movement, relativeChangeMethod, type Summary } from "./relative-change-method.ts";
import { similarityMethod } from "./similarity-method.ts";
import type { Subject } from "./subjects.ts";

type Similarities = readonly (readonly (readonly (number | undefined)[])[])[];

/** All that methods read. */
export interface Evidence {
  readonly subjects: readonly Subject[];
  readonly features: readonly string[];
  /** Names of the first audit pictures: what saliency is compared on. */
  readonly few: readonly string[];
  readonly movements: readonly (readonly Movement[])[];
  readonly pixels: readonly (readonly Movement[])[];
  readonly readings: Readings;
  readonly products: Products;
  readonly saliency: Readonly<Record<string, { readonly cosine: Similarities; readonly rank: Similarities }>>;
}

/** Ridge penalties in units of the mean diagonal, chosen on the development pairs: of weights of at least 0, and of `partial`. */
const alphaOfNonNegative = 0.1;
const alphaOfPartial = 0.01;
const summaryOfAlignment: Summary = "ratio";
const summaryOfPixels: Summary = "mean";

/** What the published table compares, each at the best that the development pairs showed; the headline first. */
export function chosenMethods(evidence: Evidence): readonly Method[] {
  const { movements, pixels, readings, products, saliency, subjects, features, few } = evidence;
  const [correlation, partial] = [correlationMethod(readings, "spearman"), partialMethod(readings, alphaOfPartial)];
  return [
    decompositionMethod("decomposition", products),
    decompositionMethod("decomposition, not sparse", products, { minCosine: 0 }),
    nonNegativeMethod("decomposition, shares ≥ 0", products, alphaOfNonNegative),
    relativeChangeMethod({ name: "alignment", role: "method" }, movements, summaryOfAlignment),
    correlation,
    onFirstImages(correlation, few.length),
    partial,
    onFirstImages(partial, few.length),
    ...Object.entries(saliency).map(([name, { cosine }]) => similarityMethod(`saliency: ${name}`, few, cosine)),
    relativeChangeMethod({ name: "pixel counterfactuals", role: "baseline" }, pixels, summaryOfPixels),
    labelMethod(subjects, features),
  ];
}

/** The same method on the first pictures alone: as many as the decomposition sees. */
function onFirstImages(method: Method, most: number): Method {
  return {
    ...method,
    name: `${method.name}, ${most} pictures`,
    images: (subject) => method.images(subject).slice(0, most),
    scores: (subject, draw) => method.scores(subject, (count) => draw(Math.min(most, count))),
  };
}

/** Every variant that was tried on the development pairs. directions: movements along other directions, by name. */
export function allVariants(
  evidence: Evidence,
  directions: Readonly<Record<string, readonly (readonly Movement[])[]>>,
): readonly Method[] {
  const { movements, pixels, readings, products, saliency, few } = evidence;
  const summaries: readonly Summary[] = ["mean", "ratio", "present", "strata"];
  const named = (name: string, method: Method): Method => ({ ...method, name });
  return [
    decompositionMethod("decomposition: share, cosine above 0.05", products),
    ...[0.02, 0.03, 0.08, 0.1, 0.15].map((minCosine) =>
      decompositionMethod(`decomposition: share, cosine above ${minCosine}`, products, { minCosine }),
    ),
    decompositionMethod("decomposition: weight, cosine above 0.05", products, { score: "weight" }),
    ...[0.001, 0.01, 0.1, 1].map((alpha) =>
      decompositionMethod(`decomposition: share, cosine above 0.05, α ${alpha}`, products, { alpha }),
    ),
    decompositionMethod("decomposition: share, not sparse", products, { minCosine: 0 }),
    ...[0.001, 0.01, 0.1, 1].map((alpha) =>
      decompositionMethod(`decomposition: share, not sparse, α ${alpha}`, products, { alpha, minCosine: 0 }),
    ),
    ...[0.001, 0.01, 0.1, 1].map((alpha) => nonNegativeMethod(`decomposition: share ≥ 0, α ${alpha}`, products, alpha)),
    ...summaries.map((summary) =>
      relativeChangeMethod({ name: `alignment: ${summary}`, role: "method" }, movements, summary),
    ),
    ...Object.entries(directions).map(([name, moved]) =>
      relativeChangeMethod({ name: `alignment: ratio, ${name}`, role: "method" }, moved, "ratio"),
    ),
    correlationMethod(readings, "pearson"),
    correlationMethod(readings, "spearman"),
    ...[0.001, 0.01, 0.1, 1].map((alpha) => named(`partial: α ${alpha}`, partialMethod(readings, alpha))),
    ...Object.entries(saliency).flatMap(([name, { cosine, rank }]) => [
      similarityMethod(`saliency: ${name}, cosine`, few, cosine),
      similarityMethod(`saliency: ${name}, rank`, few, rank),
    ]),
    ...summaries.map((summary) =>
      relativeChangeMethod({ name: `pixel counterfactuals: ${summary}`, role: "baseline" }, pixels, summary),
    ),
  ];
}
