import type { Method } from "./method.ts";
import { predictionGradients } from "./prediction-gradients.ts";

/** ∂f/∂x (Simonyan et al. 2014, "Deep inside convolutional networks"): how the prediction changes with each pixel, to first order. */
export const inputGradients: Method = async (images, classifier) => ({
  maps: await predictionGradients(classifier, images),
});
