import { row, type Tensor } from "../base/tensor.ts";
import { mirrored } from "../counterfactual/mirrored.ts";
import { noiseKey } from "../counterfactual/noise.ts";
import { searchOptions } from "../counterfactual/search-options.ts";
import { type Leg, latentAlong, lengthOf } from "../counterfactual/search-path.ts";
import { type ShiftJob, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import { hasPrediction, modelsOf, outputsOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import type { Edit, Move, PictureEditor } from "./move.ts";
import { predictionsOn } from "./predictions-on.ts";

/** Where counterfactuals of features are made. */
export interface LatentPlace {
  readonly autoencoder: Autoencoder;
  /** Median distance between latents of the data. */
  readonly latentScale: number;
  /** Latent distance that a search may go, in units of it. */
  readonly maxShift: number;
  readonly signal: AbortSignal | undefined;
}

/** Parts of a way that are tried: an editor falls before its witness does, so that the first half is never enough. */
const parts = [0.5, 0.75, 1];

/** A search for all that a classifier can fall, or rise: the witness says how much of it is enough. */
export const wholeWay = { drop: 0.99, floor: 0.02, direction: "path" } as const;

/** The way of one move through the latent. */
interface Way {
  readonly latent: Tensor;
  readonly legs: readonly Leg[];
}

/**
 * Lowers a classifier of a feature on pictures that have it, and raises it on pictures that lack it (Eqs. 1, 2), along a path that ends where the classifier
 * is sure. The pictures that are edited are reconstructions: moves on pictures whose reconstruction lost what they are about, as their witness says, are left out, as those are on
 * which the classifier has no direction. most: moves a side. Errors: CfalignError of a classifier that has no gradient.
 */
export async function counterfactualEditor(
  candidates: readonly Move[],
  by: Classifier,
  { most, tell, ...place }: LatentPlace & { readonly most: number; tell?(share: number): void },
): Promise<{
  readonly moves: readonly Move[];
  readonly editor: PictureEditor;
  /** Where an edit leads, [1, ...latentDims]; to the start with length 0. */
  latentOf(edit: Edit): Tensor;
}> {
  const { autoencoder, latentScale, maxShift, signal } = place;
  const ways = new Map<Move, Way>();
  const moves: Move[] = [];
  const search = searchOptions({ ...wholeWay, maxShift });
  for (const [half, side] of (["remove", "add"] as const).entries()) {
    const own = candidates.filter((move) => move.side === side);
    const base = side === "remove" ? by : mirrored(by);
    const jobs = (await starts(own, by, { ...place, most })).map((start): Started & ShiftJob => {
      return { ...start, base, latentScale };
    });
    let ended = 0;
    const done = ({ move, latent }: Started, { legs }: ShiftResult): void => {
      if (lengthOf(legs) > 0) ways.set(move, { latent, legs });
      tell?.((half + ++ended / jobs.length) / 2);
    };
    await shiftSearches(jobs, { autoencoder, search, exact: true, signal, lost: () => {} }, done);
    moves.push(...jobs.flatMap(({ move }) => (ways.has(move) ? [move] : [])));
  }
  const latentOf = ({ move, length }: Edit): Tensor => {
    const { latent, legs } = ways.get(move) as Way;
    return length === 0 ? latent : latentAlong(latent, legs, length * lengthOf(legs));
  };
  return {
    ...{ moves, latentOf },
    editor: {
      name: "counterfactual",
      by: by.name,
      lengths: parts,
      async edited(edits) {
        const images = await autoencoder.decode(filled(edits.map(latentOf)));
        return edits.map((_, index) => ownCopy(row(images, index)));
      },
    },
  };
}

/** A move with what a search of it starts from. */
interface Started extends Pick<ShiftJob, "latent" | "reconstruction" | "outputs" | "key"> {
  readonly move: Move;
}

/** The first moves whose reconstruction still is what the witness said of the picture, with what a search of them starts from. */
async function starts(
  candidates: readonly Move[],
  by: Classifier,
  { autoencoder, most, signal }: LatentPlace & { readonly most: number },
): Promise<Started[]> {
  const found: Started[] = [];
  for (let start = 0; start < candidates.length && found.length < most; start += width) {
    const some = candidates.slice(start, start + width);
    const latents = await autoencoder.encode(filled(some.map(({ picture }) => picture.pixels)));
    const decoded = await autoencoder.decode(latents);
    const pictures = some.map((_, index) => ownCopy(row(decoded, index)));
    const witness = (some[0] as Move).feature.witness;
    const told = await predictionsOn(pictures, (these) => these, [witness], { signal });
    const outputs = await outputsOf(modelsOf([by]), filled(pictures));
    for (const [index, move] of some.entries()) {
      const prediction = told[index]?.[0] as number;
      const kept = move.side === "remove" ? prediction >= 0.5 : prediction < 0.5;
      if (!kept || !hasPrediction(by, outputs(index)) || found.length === most) continue;
      const reconstruction = pictures[index] as Tensor;
      found.push({
        move: { ...move, picture: { ...move.picture, pixels: reconstruction } },
        latent: ownCopy(row(latents, index)),
        ...{ reconstruction, outputs: outputs(index), key: noiseKey(move.picture.pixels) },
      });
    }
  }
  return found;
}

/** So that keeping one row does not keep the whole call. */
export function ownCopy({ data, dims }: Tensor): Tensor {
  return { data: data.slice(), dims };
}
