import { CfalignError } from "../base/errors.ts";
import { row, sizeOf, type Tensor } from "../base/tensor.ts";
import { logitCotangent, logSlope, slopeSign } from "../models/slope.ts";
import type { Classifier, ClassifierModel, Term } from "../models/types.ts";
import type { Method } from "./method.ts";

/** ∂f/∂x (Simonyan et al. 2014, "Deep inside convolutional networks"): how the prediction changes with each pixel, to first order. */
export const inputGradients: Method = async (images, classifier) => ({
  maps: await predictionGradients(classifier, images),
});

/**
 * ∂f/∂x of a classifier's prediction at images [n, c, h, w]: Σ cᵢ·σ′(ℓᵢ)·∂ℓᵢ/∂x, where another rule set takes the place
 * of ∂ℓ/∂x if it is given. One backward pass per term, and a forward pass more for a softmax. Where every logit is so
 * far from 0 that float32 cannot hold σ′ (|ℓ| > 100), the gradient is 0.
 * Errors: CfalignError("runtime") for a gradient that is not finite.
 */
export async function predictionGradients(
  classifier: Classifier,
  images: Tensor,
  rules?: Parameters<ClassifierModel["gradients"]>[2],
): Promise<Tensor> {
  const [count = 0, ...dims] = images.dims;
  const size = sizeOf(dims);
  const sum = new Float64Array(count * size);
  for (const term of classifier.terms) {
    const { outputs, gradients } = await term.model.gradients(images, await cotangents(term, images), rules);
    for (let image = 0; image < count; image++) {
      const slope = slopeSign(term) * Math.exp(logSlope(term, row(outputs, image).data));
      for (let i = image * size; i < (image + 1) * size; i++) {
        sum[i] = (sum[i] as number) + slope * (gradients.data[i] as number);
      }
    }
  }
  if (!sum.every(Number.isFinite)) {
    throw new CfalignError("runtime", `saliency of "${classifier.name}": the gradient is not finite`, {
      where: classifier.name,
    });
  }
  return { data: Float32Array.from(sum), dims: images.dims };
}

/** Cotangents of the term's logit, [n, targets]. Only those of a softmax depend on the outputs. */
async function cotangents(term: Term, images: Tensor): Promise<Tensor> {
  const { model } = term;
  const dims = [images.dims[0] ?? 0, model.targets.length];
  const outputs =
    model.activation === "softmax" ? await model.logits(images) : { data: new Float32Array(sizeOf(dims)), dims };
  const rows = Array.from({ length: dims[0] as number }, (_, image) => logitCotangent(term, row(outputs, image).data));
  return { data: Float32Array.from(rows.flat()), dims };
}
