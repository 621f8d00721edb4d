import type { Workspace } from "../../../src/index.ts";
import type { Subject } from "../../subjects.ts";
import type { Split } from "../../world.ts";
import type { Benchmark } from "./recipe.ts";

/** The models of a split, trained and composed. */
export function faceSubjects({ models, recipe }: Benchmark, workspace: Workspace, split: Split): readonly Subject[] {
  const trained = models
    .filter((model) => model.split === split)
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
    .filter((pair) => pair.split === split && known.has(pair.feature))
    .flatMap(({ target, feature }) =>
      recipe.audit.composed.map(
        (coefficient): Subject => ({
          classifier: workspace.classifier(
            `attributes/${target} ${coefficient < 0 ? "-" : "+"} ${Math.abs(coefficient)}*attributes/${feature}`,
          ),
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
  return [...trained, ...composed];
}
