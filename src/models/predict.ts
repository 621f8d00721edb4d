import type { Tensor } from "../tensor.ts";
import { modelsOf, outputsOf, read } from "./prediction.ts";
import type { Classifier } from "./types.ts";

/** What classifiers say of images that have the autoencoder's size, [n, c, h, w] in [0, 1]: per image and classifier the prediction, and its logit within the classifier's range. */
export async function predict(
  images: Tensor,
  classifiers: readonly Classifier[],
): Promise<readonly (readonly { readonly prediction: number; readonly logit: number }[])[]> {
  const outputs = await outputsOf(modelsOf(classifiers), images);
  return Array.from({ length: images.dims[0] ?? 0 }, (_, image) => {
    const own = outputs(image);
    return classifiers.map((classifier) => read(classifier, own));
  });
}
