import { firstTerm } from "../alignment/align-batch.ts";
import type { Classifier } from "../models/types.ts";

/** What a classifier is about: the target of its first term. Labels have its name. */
export function conceptOf(classifier: Classifier): string {
  const [term] = firstTerm(classifier).terms;
  return term === undefined ? classifier.name : (term.model.targets[term.target] ?? classifier.name);
}
