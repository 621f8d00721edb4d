import type { RunData } from "../../results/run-data.ts";

/** How the classifiers of a run relate by name. */
export interface Concepts {
  /** Target name of a classifier; for a composed one that of the classifier that decides which images are positive (its first term). */
  of(classifier: string): string | undefined;
  /** Same target in two models, or one classifier twice: expected to move together. */
  same(base: string, downstream: string): boolean;
  /** Two classes of one softmax: they move against each other by construction. */
  sameSoftmax(base: string, downstream: string): boolean;
  /** The judge with a target of the classifier's name. */
  judgeOf(classifier: string): string | undefined;
}

/** Reads the relations off a run's concepts, groups and judges. */
export function concepts(run: RunData): Concepts {
  const of = (classifier: string): string | undefined => {
    const deciding = run.positives[classifier];
    return run.concepts[classifier] ?? (deciding === undefined ? undefined : run.concepts[deciding]);
  };
  return {
    of,
    same: (base, downstream) => base === downstream || (of(base) !== undefined && of(base) === of(downstream)),
    sameSoftmax: (base, downstream) =>
      run.softmaxGroups[base] !== undefined && run.softmaxGroups[base] === run.softmaxGroups[downstream],
    judgeOf(classifier) {
      const concept = of(classifier);
      return concept === undefined ? undefined : run.judges.find((judge) => of(judge) === concept);
    },
  };
}

/** A classifier that stands for a concept, the concept's name, and the columns that are about it. */
export function aboutConcept(
  run: RunData,
  classifier: string,
): { readonly concept: string; readonly classifier: string; readonly downstream: string[] } {
  const concept = run.concepts[classifier] ?? classifier;
  return {
    concept,
    classifier,
    downstream: run.downstream.filter((column) => (run.concepts[column] ?? column) === concept),
  };
}
