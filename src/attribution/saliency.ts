import { CfalignError } from "../base/errors.ts";
import { rowsOf, stack, type Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { imageSizeOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { type SaliencyMethod, saliencyMethods } from "../options/run.ts";
import { guidedBackprop } from "./guided-backprop.ts";
import { inputGradients } from "./input-gradients.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import type { Attribution, Method, MethodOptions } from "./method.ts";

const methods: Readonly<Record<SaliencyMethod, Method>> = {
  "input-gradients": inputGradients,
  "integrated-gradients": integratedGradients,
  "guided-backprop": guidedBackprop,
};

/** What `saliency` explains, and how. */
export interface SaliencyOptions extends MethodOptions {
  /** What is explained; a sum of terms by its own derivative. */
  readonly classifier: Classifier;
  readonly method: SaliencyMethod;
}

/**
 * Which pixels a classifier's prediction of an image hangs on. images: [n, 1 | 3, h, w] in [0, 1], brought to the size
 * and channels of the images that the classifier takes (the autoencoder's); the maps have that size: [n, c, height, width],
 * signed, in units of the prediction. docs/methods.md says what each method answers and when it misleads.
 * Errors: CfalignError("usage") for an unknown method or an option of it.
 */
export async function saliency(images: Tensor, options: SaliencyOptions): Promise<Attribution> {
  const { classifier, method, baseline } = options;
  if (!Object.hasOwn(methods, method)) {
    throw new CfalignError("usage", `method: expected ${saliencyMethods.join(", ")}, got "${method}"`, {
      where: "method",
    });
  }
  const fitted = await atSize(images, classifier);
  const start = typeof baseline === "object" ? { baseline: await atSize(baseline, classifier) } : {};
  return methods[method](fitted, classifier, { ...options, ...start });
}

/** Images at the size that a classifier takes. */
async function atSize(images: Tensor, classifier: Classifier): Promise<Tensor> {
  const size = imageSizeOf(classifier);
  return stack(await Promise.all(rowsOf(images).map((image) => fitImage(image, size))));
}
