import { gramMatrix, latentGradients } from "../alignment/latent-gradients.ts";
import { ownLatentScale } from "../counterfactual/latent-scale.ts";
import { alongParts, type DirectionPart } from "../explanation/decomposition.ts";
import type { Traversal } from "../explanation/traversal.ts";
import { conceptOf } from "../models/concept.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { conceptSet } from "../run/concept-sets.ts";
import { decompose } from "../statistics/decompose.ts";

/** A concept in the direction of one picture. */
export interface ConceptPart {
  readonly concept: string;
  readonly classifier: string;
  /** w_k/‖w‖, from −1 to 1. */
  readonly share: number;
}

/** What the direction of a base at one picture is made of. */
export interface Parts {
  /** The largest share first; those that have none are left out. */
  readonly shares: readonly ConceptPart[];
  /** Part of the direction that the concepts explain. */
  readonly explained: number;
  /** Where the direction, its three largest parts and what no concept explains lead: reconstruction and end. */
  readonly moved: readonly DirectionPart[];
}

export interface PartsOptions {
  readonly autoencoder: Autoencoder;
  /** Classifiers that may stand for concepts, and judges that may where one of these is part of the base. */
  readonly candidates: readonly Classifier[];
  readonly judges: readonly Classifier[];
}

/** Decomposes the direction of a base at one picture. undefined where there are no concepts, or no direction. */
export async function partsOf(
  { subject, base, result }: Traversal,
  { autoencoder, candidates, judges }: PartsOptions,
): Promise<Parts | undefined> {
  const { latent, key } = subject;
  const set = conceptSet(base, candidates, judges);
  const request = { latent, key, classifiers: [base, ...set] };
  const [vectors = []] = await latentGradients([request], { autoencoder, latentScale: ownLatentScale(latent) });
  const found = decompose([gramMatrix(vectors)], { base: 0, concepts: set.map((_, index) => index + 1) });
  if (found === undefined) return undefined;
  const concepts = set.map((classifier, index) => {
    const { share = 0, weight = 0 } = found.shares[index] ?? {};
    return { classifier, share, weight };
  });
  const moved = await alongParts({ latent, shift: result.shift, vectors }, { autoencoder, base, concepts, frames: 2 });
  return {
    shares: concepts
      .filter(({ share }) => share !== 0)
      .sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
      .map(({ classifier, share }) => ({ concept: conceptOf(classifier), classifier: classifier.name, share })),
    explained: found.explained.value,
    moved,
  };
}
