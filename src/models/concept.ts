import type { Classifier, Term } from "./types.ts";

/** Name of the target that a term is about. */
function targetOf({ model, target, name }: Term): string {
  return model.targets[target] ?? name;
}

/** The classifier of the first term alone, without its coefficient: what a sum is about, and what calls images positive for it. */
export function firstTerm(classifier: Classifier): Classifier {
  const [term] = classifier.terms;
  return term === undefined ? classifier : { name: term.name, terms: [{ ...term, coefficient: 1 }] };
}

/**
 * What a classifier is about: the target of its first term, whatever its model is called. f + c·g (Eqs. 4, 5) is f made to
 * lean on g, or to lean on it less: it answers f's question. Labels have the concept's name.
 */
export function conceptOf(classifier: Classifier): string {
  const [term] = classifier.terms;
  return term === undefined ? classifier.name : targetOf(term);
}

/** The targets of all terms, the concept first: what a sum is made of. */
export function targetsIn({ terms }: Classifier): readonly string[] {
  return [...new Set(terms.map(targetOf))];
}
