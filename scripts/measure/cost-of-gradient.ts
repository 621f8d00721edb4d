import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../../src/models/types.ts";
import { width } from "../../src/models/whole-calls.ts";
import { median } from "../../src/statistics/moments.ts";

/** CPU time of a gradient run in units of a decoding with the classifier's answer, median of pairs. */
export async function costOfGradient(autoencoder: Autoencoder, { terms }: Classifier): Promise<number> {
  const model = terms[0]?.model as ClassifierModel;
  const random = createRandom("cost of a gradient");
  const rows = (size: number, value: () => number): Float32Array => Float32Array.from({ length: width * size }, value);
  const { latentDims } = autoencoder;
  const latents: Tensor = { data: rows(sizeOf(latentDims), random.normal), dims: [width, ...latentDims] };
  const cotangents = { data: rows(model.targets.length, () => 1), dims: [width, model.targets.length] };
  const spent = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const ratios: number[] = [];
  for (let pair = 0; pair < 9; pair++) {
    const forward = await spent(async () => model.logits(await autoencoder.decode(latents)));
    ratios.push((await spent(() => autoencoder.gradients(model, latents, cotangents))) / forward);
  }
  return median(ratios);
}
