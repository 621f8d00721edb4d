import type { Tensor } from "../base/tensor.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";

/** Takes a model's gradient through the decoder once, so that the first counterfactual need not wait until it is compiled. latent: [1, ...latentDims] */
export async function takeGradientOnce(
  model: ClassifierModel,
  { autoencoder, latent }: { readonly autoencoder: Autoencoder; readonly latent: Tensor },
): Promise<void> {
  const { length } = model.targets;
  await autoencoder.gradients(model, latent, { data: new Float32Array(length).fill(1), dims: [1, length] });
}
