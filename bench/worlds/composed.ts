import type { Workspace } from "../../src/index.ts";
import type { Subject } from "../subjects.ts";

export interface ComposedOptions {
  readonly workspace: Workspace;
  /** The classifier whose targets are put together. */
  readonly model: string;
  /** c of f + c·g: below 0, g is used against the target. */
  readonly coefficients: readonly number[];
}

/** Models f + c·g (Eq. 4), which need no training: for every pair and coefficient one. */
export function composedSubjects(
  pairs: readonly { readonly target: string; readonly feature: string }[],
  { workspace, model, coefficients }: ComposedOptions,
): Subject[] {
  return pairs.flatMap(({ target, feature }) =>
    coefficients.map((coefficient) => ({
      classifier: workspace.classifier(
        `${model}/${target} ${coefficient < 0 ? "-" : "+"} ${Math.abs(coefficient)}*${model}/${feature}`,
      ),
      family: "composed",
      kind: "composed",
      target,
      feature,
      strength: coefficient,
      seed: undefined,
      cluster: `${target}/${feature}`,
    })),
  );
}
