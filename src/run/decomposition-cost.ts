import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Linearized } from "../engine/linearize.ts";
import type { ClassifierModel } from "../models/types.ts";
import { lacksOwnConcept } from "./concept-sets.ts";
import { secondsByDifferences } from "./differences-cost.ts";
import { rolesOf } from "./roles.ts";
import { type AlignFolderOptions, runOptions } from "./run-options.ts";

/** What the decomposition of a run will take. */
export interface DecompositionCost {
  /** Gradients of a logit at one latent, at most: bases share images, and then gradients. */
  readonly gradients: number;
  /** Time for these, from one timed run of every classifier file. */
  readonly seconds: number;
  /** Bases about something that no unrelated classifier knows: a judge would. That part of them counts as unexplained. */
  readonly lacking: readonly string[];
}

/**
 * Counts the gradients of a decomposition and times a call of each classifier file, whose compiled graphs the run then uses.
 * images: in the folder. now: a clock in milliseconds. Errors: as `alignFolder`, and CfalignError("usage") without `decompose`.
 */
export async function decompositionCost(
  options: AlignFolderOptions & { readonly images: number },
  now: () => number,
): Promise<DecompositionCost> {
  const { decompose } = runOptions(options);
  if (decompose === undefined) throw new CfalignError("usage", "decompose: expected options, got none");
  const { autoencoder } = options.workspace;
  const { bases, conceptSets } = rolesOf(options);
  const wanted = new Map(
    bases
      .flatMap(({ classifier }) => [classifier, ...(conceptSets.get(classifier.name) ?? [])])
      .map((c) => [c.name, c]),
  );
  // By file: gradients of its targets, and latents that they are taken at.
  const counts = new Map<ClassifierModel, { readonly gradients: number; readonly latents: number }>();
  for (const { name, terms } of wanted.values()) {
    const asking = bases.filter(
      ({ classifier }) =>
        classifier.name === name || conceptSets.get(classifier.name)?.some((concept) => concept.name === name),
    );
    const more = decompose.draws * Math.min(options.images, asking.length * decompose.images);
    for (const { model } of terms) {
      const { gradients = 0, latents = 0 } = counts.get(model) ?? {};
      counts.set(model, { gradients: gradients + more, latents: Math.max(latents, more) });
    }
  }
  // A call holds draws of one latent.
  const rows = Math.min(decompose.draws, autoencoder.batch);
  const latents = {
    data: new Float32Array(rows * sizeOf(autoencoder.latentDims)),
    dims: [rows, ...autoencoder.latentDims],
  };
  const timed = async <T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> => {
    await work();
    const started = now();
    const result = await work();
    return { result, seconds: (now() - started) / 1000 };
  };
  // Of a file or of the decoder at so many latents: there, and back by its share of the gradients.
  const taken = async (
    at: () => Promise<Linearized>,
    { gradients, latents: count }: { readonly gradients: number; readonly latents: number },
  ): Promise<{ readonly output: Tensor; readonly seconds: number }> => {
    const each = count === 0 ? 0 : Math.ceil(gradients / count);
    const once = async () => {
      const { output, pull } = await at();
      const cotangent = { data: new Float32Array(output.data.length).fill(1), dims: output.dims };
      await pull(Array.from({ length: each }, () => cotangent));
      return output;
    };
    const { result, seconds } = await timed(once);
    return { output: result, seconds: seconds * (count / rows) };
  };
  const all = [...counts.values()];
  const gradients = all.reduce((sum, count) => sum + count.gradients, 0);
  const most = Math.max(0, ...all.map((count) => count.latents));
  const decoded = await taken(() => autoencoder.linearized(latents), { gradients, latents: most });
  let { seconds } = decoded;
  for (const [model, count] of counts) {
    if (!model.byDifferences) seconds += (await taken(() => model.linearized(decoded.output), count)).seconds;
    else seconds += (await secondsByDifferences(autoencoder, model, now)) * count.gradients;
  }
  const lacking = bases.filter(({ classifier }) => lacksOwnConcept(classifier, conceptSets.get(classifier.name) ?? []));
  return { gradients, seconds, lacking: lacking.map(({ classifier }) => classifier.name) };
}
