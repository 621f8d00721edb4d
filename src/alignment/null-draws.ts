import { modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import type { Tensor } from "../tensor.ts";

/** An image that null draws move towards. */
export interface NullTarget {
  readonly image: string;
  /** E(x_j), [1, ...latentDims] */
  readonly latent: Tensor;
}

/** A counterfactual to hold null draws against. */
export interface NullStart {
  /** z0 = E(x_i), [1, ...latentDims] */
  readonly latent: Tensor;
  /** Where the counterfactual went: (z0 − zλ)/‖z0 − zλ‖, along Eq. 1 the base's g/‖g‖; undefined where it went nowhere. */
  readonly unit: Float64Array | undefined;
  /** Latent distance of the counterfactual. */
  readonly shift: number;
  readonly targets: readonly NullTarget[];
}

/** What the classifiers say after the null draws of one counterfactual. */
export interface NullDraws {
  /** Images that were moved towards: those of `targets` in which something is left beside the base's gradient. */
  readonly towards: readonly string[];
  /** Predictions by classifier, in the order of `towards`. */
  readonly after: ReadonlyMap<Classifier, readonly number[]>;
}

/**
 * The noise floor of a counterfactual: moves as long as its own (from z0 to its end, however the way bends) towards other images, with its own
 * direction projected out. Along Eq. 1 that is the base's gradient, so that to first order the base stays where it is. Of a path it is the
 * displacement: over a move of this length that, and not the gradient at a confident and therefore flat z0, is what lowers the base. Each move is decoded once and shown to every classifier.
 * Differences of latents stay on the manifold; random directions overlap with nothing in high dimensions.
 */
export async function nullDraws(
  starts: readonly NullStart[],
  autoencoder: Autoencoder,
  classifiers: readonly Classifier[],
): Promise<readonly NullDraws[]> {
  const moves = starts.flatMap((start, index) =>
    start.targets.flatMap(({ image, latent }) => {
      const moved = nullMove(start, latent);
      return moved === undefined ? [] : [{ index, image, latent: moved }];
    }),
  );
  const draws = starts.map(() => ({
    towards: [] as string[],
    after: new Map(classifiers.map((classifier) => [classifier, [] as number[]])),
  }));
  for (let start = 0; start < moves.length; start += width) {
    const group = moves.slice(start, start + width);
    const images = await autoencoder.decode(filled(group.map(({ latent }) => latent)));
    const outputs = await outputsOf(modelsOf(classifiers), images);
    for (const [place, { index, image }] of group.entries()) {
      draws[index]?.towards.push(image);
      for (const [classifier, after] of draws[index]?.after ?? []) {
        after.push(read(classifier, outputs(place)).prediction);
      }
    }
  }
  return draws;
}

/** z0 + shift·v, v the unit vector along (E(x_j) − z0) − its part along `unit`; undefined where that is 0. */
export function nullMove({ latent, unit, shift }: NullStart, target: Tensor): Tensor | undefined {
  if (unit === undefined || shift === 0) return undefined;
  const way = Float64Array.from(latent.data, (value, i) => (target.data[i] as number) - value);
  const along = way.reduce((sum, value, i) => sum + value * (unit[i] as number), 0);
  let squares = 0;
  way.forEach((value, i) => {
    way[i] = value - along * (unit[i] as number);
    squares += (way[i] as number) ** 2;
  });
  if (squares === 0) return undefined;
  const scale = shift / Math.sqrt(squares);
  return { data: latent.data.map((value, i) => value + scale * (way[i] as number)), dims: latent.dims };
}
