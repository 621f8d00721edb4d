import type { Classifier, Workspace } from "../src/index.ts";
import { conceptOf } from "../src/models/concept.ts";

/** A model under audit. */
export interface Subject {
  readonly classifier: Classifier;
  readonly family: "trained" | "composed";
  readonly kind: "planted" | "decoy" | "control" | "composed";
  /** What it is meant to predict. */
  readonly target: string;
  /** What was planted, if anything. */
  readonly feature: string | undefined;
  /** Agreement in training, or the coefficient of a composed model; below 0.5, or below 0, the feature is used against the target. */
  readonly strength: number | undefined;
  readonly seed: number | undefined;
  /** Subjects that are left out together: one feature pair, with all its strengths and seeds. */
  readonly cluster: string;
}

/** A feature that may be found, and the classifier of another network that tells it. */
export interface Feature {
  readonly name: string;
  readonly classifier: Classifier;
}

/** What the judges tell, in their order. */
export function featuresOf(workspace: Workspace): readonly Feature[] {
  return workspace.judges.map((classifier) => {
    return { name: conceptOf(classifier), classifier };
  });
}
