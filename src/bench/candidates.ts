import { decompositionMethod, type Products } from "./decomposition-method.ts";
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
  readonly movements: readonly (readonly Movement[])[];
  readonly pixels: readonly (readonly Movement[])[];
  readonly readings: Readings;
  readonly products: Products;
  readonly saliency: Readonly<Record<string, { readonly cosine: Similarities; readonly rank: Similarities }>>;
}

/** Ridge penalties of the decomposition and of `partial`, in units of the mean diagonal: chosen on the development pairs. */
export const alphaOfDecomposition = 0.1;
const alphaOfPartial = 0.01;
const summaryOfAlignment: Summary = "ratio";
const summaryOfPixels: Summary = "mean";

/** What the published table compares, each at the best that the development pairs showed; the headline first. */
export function chosenMethods(evidence: Evidence): readonly Method[] {
  const { movements, pixels, readings, products, saliency, subjects, features } = evidence;
  const alpha = alphaOfDecomposition;
  const [correlation, partial] = [correlationMethod(readings, "spearman"), partialMethod(readings, alphaOfPartial)];
  const few = products.images.length;
  return [
    decompositionMethod("decomposition", products, { alpha, score: "share", nonNegative: true }),
    decompositionMethod("decomposition, signed", products, { alpha, score: "share" }),
    relativeChangeMethod({ name: "alignment", role: "method" }, movements, summaryOfAlignment),
    correlation,
    onFirstImages(correlation, few),
    partial,
    onFirstImages(partial, few),
    ...Object.entries(saliency).map(([name, { cosine }]) =>
      similarityMethod(`saliency: ${name}`, products.images, cosine),
    ),
    relativeChangeMethod({ name: "pixel counterfactuals", role: "baseline" }, pixels, summaryOfPixels),
    labelMethod(subjects, features),
  ];
}

/** The same method on the first pictures alone: those that the decomposition sees. */
function onFirstImages(method: Method, most: number): Method {
  return {
    ...method,
    name: `${method.name}, ${most} pictures`,
    images: (subject) => method.images(subject).slice(0, most),
    scores: (subject, draw) => method.scores(subject, (count) => draw(Math.min(most, count))),
  };
}

/** Every variant that was tried on the development pairs. */
export function allVariants(evidence: Evidence): readonly Method[] {
  const { movements, pixels, readings, products, saliency } = evidence;
  const summaries: readonly Summary[] = ["mean", "ratio", "present", "strata"];
  const named = (name: string, method: Method): Method => ({ ...method, name });
  return [
    ...[0.001, 0.01, 0.1, 1].flatMap((alpha) => [
      decompositionMethod(`decomposition: share, α ${alpha}`, products, { alpha, score: "share" }),
      decompositionMethod(`decomposition: weight, α ${alpha}`, products, { alpha, score: "weight" }),
      decompositionMethod(`decomposition: share ≥ 0, α ${alpha}`, products, {
        alpha,
        score: "share",
        nonNegative: true,
      }),
    ]),
    ...summaries.map((summary) =>
      relativeChangeMethod({ name: `alignment: ${summary}`, role: "method" }, movements, summary),
    ),
    correlationMethod(readings, "pearson"),
    correlationMethod(readings, "spearman"),
    ...[0.001, 0.01, 0.1, 1].map((alpha) => named(`partial: α ${alpha}`, partialMethod(readings, alpha))),
    ...Object.entries(saliency).flatMap(([name, { cosine, rank }]) => [
      similarityMethod(`saliency: ${name}, cosine`, products.images, cosine),
      similarityMethod(`saliency: ${name}, rank`, products.images, rank),
    ]),
    ...summaries.map((summary) =>
      relativeChangeMethod({ name: `pixel counterfactuals: ${summary}`, role: "baseline" }, pixels, summary),
    ),
  ];
}
