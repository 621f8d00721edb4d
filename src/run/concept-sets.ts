import { conceptOf, targetsIn } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";

/** Whether a base is made of a target that no classifier of its set stands for. */
export function lacksOwnConcept(base: Classifier, set: readonly Classifier[]): boolean {
  const known = new Set(set.map(conceptOf));
  return targetsIn(base).some((target) => !known.has(target));
}

/** Classifiers by what they are about, in the order of their first ones. */
function byConcept(classifiers: readonly Classifier[]): ReadonlyMap<string, readonly Classifier[]> {
  const found = new Map<string, Classifier[]>();
  for (const classifier of classifiers) {
    const concept = conceptOf(classifier);
    const others = found.get(concept);
    if (others === undefined) found.set(concept, [classifier]);
    else others.push(classifier);
  }
  return found;
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
  const named = byConcept(candidates);
  const judging = byConcept(judges);
  return [...named].flatMap(([concept, [first, ...others]]) => {
    const unrelated = judging.get(concept) ?? [];
    const order = first === undefined || isPartOf(base, first) ? [...unrelated, ...others] : [first];
    return order.find((classifier) => !isPartOf(base, classifier)) ?? [];
  });
}
