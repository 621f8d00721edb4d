import { z } from "zod";
import { stack } from "../base/tensor.ts";
import { type BeforeAfter, beforeAfter, type Counterfactual } from "../counterfactual/types.ts";
import { modelsOf, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { leastBaseChange, relativeChange } from "./relative-change.ts";

/** How one downstream classifier moved on a counterfactual: f_d(x0) and f_d(xλ). */
export const alignmentSchema = z.strictObject({
  downstream: z.string(),
  ...beforeAfter.shape,
  /** Eq. 3; null where the base did not fall by more than `minBaseChange`. */
  relativeChange: z.number().nullable(),
});
/** How one downstream classifier moved on a counterfactual. */
export type Alignment = Readonly<z.infer<typeof alignmentSchema>>;

/** A base and what it says of both pictures. */
type MovedBase = Pick<Counterfactual, "base" | "basePrediction">;

/**
 * Pairs what a classifier says of both pictures of a counterfactual with the base's own fall; the base itself has moved as its search says. least:
 * fall of the base from which there is a relative change.
 */
export function alignmentOf(
  { name }: Classifier,
  { base, basePrediction }: MovedBase,
  { said, least }: { said(): BeforeAfter; readonly least: number },
): Alignment {
  const change = name === base ? basePrediction : said();
  return { downstream: name, ...change, relativeChange: relativeChange(basePrediction, change, least) ?? null };
}

/**
 * Shows a counterfactual and its reconstruction to downstream classifiers (Eq. 3), each classifier file once. minBaseChange: fall of the base from
 * which there is a relative change, 0.3.
 */
export async function align(
  counterfactual: Pick<Counterfactual, "base" | "reconstruction" | "image" | "basePrediction">,
  downstream: readonly Classifier[],
  { minBaseChange: least = leastBaseChange }: { readonly minBaseChange?: number } = {},
): Promise<readonly Alignment[]> {
  const images = stack([counterfactual.reconstruction, counterfactual.image]);
  const outputs = await outputsOf(modelsOf(downstream), images);
  return downstream.map((classifier) => {
    const said = () => ({ before: predictionOf(classifier, outputs(0)), after: predictionOf(classifier, outputs(1)) });
    return alignmentOf(classifier, counterfactual, { said, least });
  });
}
