import type { RunData } from "../../results/run-data.ts";

/** Who took part in a run; known before it begins. */
export type RunNames = Pick<RunData, "bases" | "downstream" | "judges" | "concepts" | "softmaxGroups">;

/** How the classifiers of a run relate by name. */
export interface Concepts {
  /** What a classifier is about, as the run wrote it down. */
  of(classifier: string): string;
  /** Same concept in two classifiers, or one classifier twice: expected to move together. */
  same(base: string, downstream: string): boolean;
  /** Two classes of one softmax: they move against each other by construction. */
  sameSoftmax(base: string, downstream: string): boolean;
  /** The judge of a classifier's concept. */
  judgeOf(classifier: string): string | undefined;
}

/** Reads the relations off a run's concepts, groups and judges. */
export function concepts(run: RunNames): Concepts {
  const of = (classifier: string): string => run.concepts[classifier] ?? classifier;
  return {
    of,
    same: (base, downstream) => of(base) === of(downstream),
    sameSoftmax: (base, downstream) =>
      run.softmaxGroups[base] !== undefined && run.softmaxGroups[base] === run.softmaxGroups[downstream],
    judgeOf: (classifier) => run.judges.find((judge) => of(judge) === of(classifier)),
  };
}

/** A classifier that stands for a concept, the concept's name, and the columns that are about it. */
export function aboutConcept(
  run: RunData,
  classifier: string,
): { readonly concept: string; readonly classifier: string; readonly downstream: string[] } {
  const { of, same } = concepts(run);
  return {
    concept: of(classifier),
    classifier,
    downstream: run.downstream.filter((column) => same(classifier, column)),
  };
}
