import { CfalignError } from "../errors.ts";
import type { ClassifierModel } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import { sizeOf } from "../tensor.ts";
import { castOf } from "./cast.ts";
import { lacksOwnConcept } from "./concept-sets.ts";
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
 * Counts the gradients of a decomposition and times one batch of each classifier file, whose compiled graph the run then uses.
 * images: in the folder. now: a clock in milliseconds. Errors: as `alignFolder`, and CfalignError("usage") without `decompose`.
 */
export async function decompositionCost(
  options: AlignFolderOptions & { readonly images: number },
  now: () => number,
): Promise<DecompositionCost> {
  const { decompose } = runOptions(options);
  if (decompose === undefined) throw new CfalignError("usage", "decompose: expected options, got none");
  const { autoencoder } = options.workspace;
  const { bases, conceptSets } = castOf(options);
  const wanted = new Map(
    bases
      .flatMap(({ classifier }) => [classifier, ...(conceptSets.get(classifier.name) ?? [])])
      .map((c) => [c.name, c]),
  );
  const rows = new Map<ClassifierModel, number>();
  for (const { name, terms } of wanted.values()) {
    const asking = bases.filter(
      ({ classifier }) =>
        classifier.name === name || conceptSets.get(classifier.name)?.some((concept) => concept.name === name),
    );
    const latents = decompose.draws * Math.min(options.images, asking.length * decompose.images);
    for (const { model } of terms) rows.set(model, (rows.get(model) ?? 0) + latents);
  }
  const dims = [1, ...autoencoder.latentDims];
  const latents = filled([{ data: new Float32Array(sizeOf(dims)), dims }]);
  let gradients = 0;
  let seconds = 0;
  for (const [model, count] of rows) {
    const cotangents = {
      data: new Float32Array(width * model.targets.length).fill(1),
      dims: [width, model.targets.length],
    };
    const run = () => autoencoder.gradients(model, latents, cotangents);
    await run();
    const started = now();
    await run();
    gradients += count;
    seconds += ((now() - started) / 1000) * (count / width);
  }
  const lacking = bases.filter(({ classifier }) => lacksOwnConcept(classifier, conceptSets.get(classifier.name) ?? []));
  return { gradients, seconds, lacking: lacking.map(({ classifier }) => classifier.name) };
}
