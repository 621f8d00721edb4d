import type { Classifier, Workspace } from "../src/index.ts";
import { conceptOf } from "../src/models/concept.ts";
import type { Benchmark, Split, TrainedModel } from "./recipe.ts";

/** A model under audit. */
export interface Subject {
  readonly classifier: Classifier;
  readonly family: "trained" | "composed";
  readonly kind: TrainedModel["kind"] | "composed";
  /** What it is meant to predict. */
  readonly target: string;
  /** What was planted, if anything. */
  readonly feature: string | undefined;
  /** Agreement in training, or the coefficient of a composed model. */
  readonly strength: number | undefined;
  readonly seed: number | undefined;
  /** Subjects that are resampled together: one feature pair, with all its strengths and seeds. */
  readonly cluster: string;
}

/** A feature that may be found, and the classifier of another network that tells it. */
export interface Feature {
  readonly name: string;
  readonly classifier: Classifier;
}

/** Of how many models a quick run takes one. */
const quickShare = 3;

/** The models of a split, trained and composed; a quick run takes every third of each. */
export function subjectsOf(
  { models, recipe }: Benchmark,
  workspace: Workspace,
  options: { readonly split: Split; readonly quick: boolean },
): readonly Subject[] {
  const trained = models
    .filter(({ split }) => split === options.split)
    .map(
      (model): Subject => ({
        classifier: workspace.classifier(`planted/${model.name}`),
        family: "trained",
        kind: model.kind,
        target: model.target,
        feature: model.feature,
        strength: model.strength,
        seed: model.seed,
        cluster: `${model.target}/${model.feature ?? "control"}`,
      }),
    );
  const known = new Set(workspace.models.find(({ name }) => name === "attributes")?.targets);
  const composed = recipe.pairs
    .filter(({ split, feature }) => split === options.split && known.has(feature))
    .flatMap(({ target, feature }) =>
      recipe.audit.composed.map(
        (coefficient): Subject => ({
          classifier: workspace.classifier(`attributes/${target} + ${coefficient}*attributes/${feature}`),
          family: "composed",
          kind: "composed",
          target,
          feature,
          strength: coefficient,
          seed: undefined,
          cluster: `${target}/${feature}`,
        }),
      ),
    );
  const all = [...trained, ...composed];
  return options.quick ? all.filter((_, index) => index % quickShare === 0) : all;
}

/** What the judges tell, in their order. */
export function featuresOf(workspace: Workspace): readonly Feature[] {
  return workspace.judges.map((classifier) => {
    return { name: conceptOf(classifier), classifier };
  });
}
