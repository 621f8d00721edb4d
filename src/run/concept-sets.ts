import { conceptOf, targetsIn } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";

/** Whether a base is made of a target that no classifier of its set stands for. */
export function lacksOwnConcept(base: Classifier, set: readonly Classifier[]): boolean {
  const known = new Set(set.map(conceptOf));
  return targetsIn(base).some((target) => !known.has(target));
}

/** Whether a classifier has a target of the base in it, or a class of a softmax that the base has another class of. */
function isPartOf(base: Classifier, { terms }: Classifier): boolean {
  return terms.some(({ model, target }) =>
    base.terms.some((own) => own.model === model && (own.target === target || model.activation === "softmax")),
  );
}

/**
 * The classifiers that a base's direction is decomposed into: one for every concept (target name) among the candidates, the first that has it,
 * so that two copies of a concept do not share its weight between them, and a second, biased model of a concept cannot explain a bias away.
 *
 * A classifier that is part of the base is left out, because the base would explain itself; an unrelated classifier of the same name
 * takes its place: a judge if there is one, else the next candidate. Without one the concept is missing from the set, and
 * what the base shares with no other concept counts as unexplained.
 */
export function conceptSet(
  base: Classifier,
  candidates: readonly Classifier[],
  judges: readonly Classifier[],
): readonly Classifier[] {
  const concepts = [...new Set(candidates.map(conceptOf))];
  return concepts.flatMap((concept) => {
    const named = candidates.filter((candidate) => conceptOf(candidate) === concept);
    const [first, ...others] = named;
    const unrelated = judges.filter((judge) => conceptOf(judge) === concept);
    const order = first === undefined || isPartOf(base, first) ? [...unrelated, ...others] : [first];
    return order.find((classifier) => !isPartOf(base, classifier)) ?? [];
  });
}
