import type { Counterfactual } from "../counterfactual/types.ts";
import { modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { stack } from "../tensor.ts";
import { leastBaseChange, relativeChange } from "./relative-change.ts";

/** How one downstream classifier moved on a counterfactual. */
export interface Alignment {
  readonly downstream: string;
  /** f_d(x0) */
  readonly before: number;
  /** f_d(xλ) */
  readonly after: number;
  /** Eq. 3; undefined where the base did not fall by more than `minBaseChange`. */
  readonly relativeChange: number | undefined;
}

/**
 * Shows a counterfactual and its reconstruction to downstream classifiers (Eq. 3), each classifier file once. minBaseChange: fall of the base from
 * which there is a relative change, 0.3.
 */
export async function align(
  counterfactual: Pick<Counterfactual, "base" | "reconstruction" | "image" | "basePrediction">,
  downstream: readonly Classifier[],
  { minBaseChange = leastBaseChange }: { readonly minBaseChange?: number } = {},
): Promise<readonly Alignment[]> {
  const images = stack([counterfactual.reconstruction, counterfactual.image]);
  const outputs = await outputsOf(modelsOf(downstream), images);
  return downstream.map((classifier) => {
    const own = classifier.name === counterfactual.base;
    const change = own
      ? counterfactual.basePrediction
      : { before: read(classifier, outputs(0)).prediction, after: read(classifier, outputs(1)).prediction };
    return {
      downstream: classifier.name,
      ...change,
      relativeChange: relativeChange(counterfactual.basePrediction, change, minBaseChange),
    };
  });
}
