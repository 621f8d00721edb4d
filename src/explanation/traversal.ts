import { type Alignment, alignmentOf } from "../alignment/align.ts";
import { leastBaseChange } from "../alignment/relative-change.ts";
import type { Tensor } from "../base/tensor.ts";
import { ownLatentScale } from "../counterfactual/latent-scale.ts";
import { raised } from "../counterfactual/latent-shift.ts";
import { mirrored } from "../counterfactual/mirrored.ts";
import { assertDrop, searchOptions, suitedTo } from "../counterfactual/search-options.ts";
import { latentAlong, lengthOf } from "../counterfactual/search-path.ts";
import { figuresOf, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import type { SearchFigures, SearchOptions } from "../counterfactual/types.ts";
import { conceptOf, targetsIn } from "../models/concept.ts";
import { modelsOf, outputsOf, predictionOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { type ExplanationJson, explained } from "./json.ts";
import type { Subject } from "./subject.ts";

/** The walk from a picture's reconstruction to its counterfactual. */
export interface Traversal {
  readonly subject: Subject;
  readonly base: Classifier;
  /** How it was searched. */
  readonly search: SearchOptions;
  readonly result: ShiftResult;
}

/** A place on a traversal: the picture there, and what every classifier says of it. */
export interface Place {
  /** [1, c, h, w] */
  readonly image: Tensor;
  /** In the order of the classifiers asked for. */
  readonly predictions: readonly number[];
}

export interface TraversalOptions extends Partial<SearchOptions> {
  readonly autoencoder: Autoencoder;
  readonly base: Classifier;
  /** Raise the base in place of lowering it; false. */
  readonly raise?: boolean;
  readonly signal?: AbortSignal;
  /** Called with how many pictures were tried so far. */
  readonly onProgress?: (tried: number) => void;
}

/** Lowers a base on a picture, as `explain` does, or raises it: the same search, its unit of length the picture's own. */
export async function traverse(subject: Subject, options: TraversalOptions): Promise<Traversal> {
  const { autoencoder, base, raise = false, signal, onProgress = () => {} } = options;
  let tried = 0;
  const counting: Autoencoder = {
    ...autoencoder,
    async decode(latents) {
      const images = await autoencoder.decode(latents);
      onProgress(++tried);
      return images;
    },
  };
  const search = searchOptions(suitedTo(autoencoder, options));
  assertDrop(search, base);
  const { latent, reconstruction, onReconstruction: outputs, key } = subject;
  const searched = raise ? mirrored(base) : base;
  const job = { base: searched, latent, reconstruction, outputs, latentScale: ownLatentScale(latent), key };
  let result: ShiftResult | undefined;
  await shiftSearches([job], { autoencoder: counting, search, exact: false, signal }, (_, found) => {
    result = found;
  });
  if (result === undefined) throw new Error(`no counterfactual for ${base.name}`);
  return { subject, base, search, result: raise ? { ...result, ...raised(result) } : result };
}

/** Decodes a place on a traversal and shows it to classifiers. share: 0 is the reconstruction, 1 the counterfactual. */
export async function placeOn(
  { subject, result }: Traversal,
  share: number,
  { autoencoder, classifiers }: { readonly autoencoder: Autoencoder; readonly classifiers: readonly Classifier[] },
): Promise<Place> {
  const { latent } = subject;
  const known = share === 0 ? subject.reconstruction : share === 1 ? result.image : undefined;
  const image = known ?? (await autoencoder.decode(latentAlong(latent, result.legs, share * lengthOf(result.legs))));
  const outputs = (await outputsOf(modelsOf(classifiers), image))(0);
  return { image, predictions: classifiers.map((classifier) => read(classifier, outputs).prediction) };
}

/** How a classifier moved on a traversal as a whole. */
export interface Movement extends Omit<Alignment, "downstream"> {
  readonly name: string;
  /** Whether it is about what the base is about. */
  readonly sameConcept: boolean;
}

/** How every classifier moved, the largest movement first; the base itself is left out. */
export function movementsOn(
  { subject, base, result }: Traversal,
  end: Place,
  classifiers: readonly Classifier[],
): readonly Movement[] {
  const own = { base: base.name, basePrediction: result.prediction };
  const moved = classifiers.flatMap((classifier, index): Movement[] => {
    if (classifier.name === base.name) return [];
    const { downstream: name, ...moved } = alignmentOf(classifier, own, {
      said: () => ({
        before: predictionOf(classifier, subject.onReconstruction),
        after: end.predictions[index] as number,
      }),
      least: leastBaseChange,
    });
    return [{ name, ...moved, sameConcept: targetsIn(base).includes(conceptOf(classifier)) }];
  });
  return moved.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/** What the search of a traversal found, in figures. */
export function figuresOn({ subject, base, result }: Traversal): SearchFigures {
  return figuresOf({ base, latentScale: ownLatentScale(subject.latent) }, result);
}

/** A traversal as `explain` tells it, but for the pictures. */
export function explanationOf(traversal: Traversal, movements: readonly Movement[]): ExplanationJson {
  const alignment = movements.map(({ name, sameConcept: _, ...movement }) => ({ downstream: name, ...movement }));
  return explained(traversal.subject.name, figuresOn(traversal), { alignment });
}
