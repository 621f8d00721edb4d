import { guidedBackprop as rules } from "../vjp/guided.ts";
import { predictionGradients } from "./input-gradients.ts";
import type { Method } from "./method.ts";

/**
 * Guided backpropagation (Springenberg et al. 2015, "Striving for simplicity") from each term's logit, weighed by
 * cᵢ·σ′(ℓᵢ). What counts as a rectifier: src/vjp/guided.ts.
 */
export const guidedBackprop: Method = async (images, classifier) => ({
  maps: await predictionGradients(classifier, images, rules),
});
