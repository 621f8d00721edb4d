import { CfalignError } from "../base/errors.ts";
import { row, sizeOf, stack, type Tensor } from "../base/tensor.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import { counterfactualEditor, type LatentPlace, ownCopy } from "./counterfactual-editor.ts";
import { type EditMemory, type FoundEdits, identityOf } from "./edit-memory.ts";
import { type Edit, lengthened, type Move, type MovedFeature, type NamedMove, type PictureEditor } from "./move.ts";
import type { Predictor } from "./predictions-on.ts";
import type { Side } from "./rows.ts";

/** What is asked for, and where edits are made. */
export interface CounterfactualMakings extends LatentPlace {
  /** Edits a side. */
  readonly most: number;
  readonly memory: EditMemory;
  /** What candidates and their range depend on. */
  readonly from: unknown;
  readonly predictor: Predictor | undefined;
  load(moves: readonly NamedMove[]): Promise<readonly Move[]>;
  tell(share: number): void;
}

/** What is remembered of an edit; its ends are rows of the arrays. */
interface ToldEdit {
  readonly image: string;
  readonly side: Side;
  readonly length: number;
}

/**
 * Counterfactuals of a classifier of a feature on some candidates, each as far as the feature's witness asks for: edits of reconstructions, and what draws
 * them; or why the classifier makes none, such as one that has no gradient. What pictures, other processes or the disk do wrong is thrown.
 */
export async function counterfactualEdits(
  feature: MovedFeature,
  candidates: readonly NamedMove[],
  { by, ...makings }: CounterfactualMakings & { readonly by: Classifier },
): Promise<{ readonly edits: readonly Edit[]; readonly editor: PictureEditor } | string> {
  const { autoencoder, latentScale, maxShift, most, memory, from } = makings;
  const asked = {
    ...{ counterfactuals: identityOf(by), from, feature: feature.name, most },
    place: [autoencoder.hash, latentScale, maxShift],
  };
  const refusals = new Set<unknown>();
  let remembered: FoundEdits;
  try {
    remembered = await memory.remembered(asked, () => found(candidates, by, { ...makings, refusals }));
  } catch (error) {
    if (!refusals.has(error)) throw error;
    return (error as CfalignError).message;
  }
  const { told, arrays } = remembered;
  const { latentDims } = autoencoder;
  const [starts, ends] = arrays.map((data): Tensor => {
    return { data, dims: [data.length / sizeOf(latentDims), ...latentDims] };
  }) as [Tensor, Tensor];
  const pixels = await decoded(starts, makings);
  const places = new Map<Move, number>();
  const edits = (told as readonly ToldEdit[]).map(({ image: name, side, length }, place): Edit => {
    const range = (candidates[0] as NamedMove).range;
    const picture = { image: name, pixels: pixels[place] as Tensor, labels: {} };
    const move: Move = { picture, feature, side, range };
    places.set(move, place);
    return { move, length };
  });
  return {
    edits,
    editor: {
      ...{ name: "counterfactual", by: by.name, lengths: [] },
      async edited(some) {
        const latents = some.map(({ move }) => row(ends, places.get(move) as number));
        const drawn = await autoencoder.decode(filled(latents));
        return some.map((_, index) => ownCopy(row(drawn, index)));
      },
    },
  };
}

/** Makes counterfactuals and finds how far they go. refusals: gets the error where it is the classifier that makes none. */
async function found(
  candidates: readonly NamedMove[],
  by: Classifier,
  { load, tell, refusals, ...place }: CounterfactualMakings & { readonly refusals: Set<unknown> },
): Promise<{ readonly told: readonly ToldEdit[]; readonly arrays: readonly Float32Array[] }> {
  const loaded = await load(candidates);
  const { moves, editor, latentOf } = await counterfactualEditor(loaded, by, { ...place, tell }).catch((error) => {
    if (error instanceof CfalignError && (error.code === "input" || error.code === "runtime")) refusals.add(error);
    throw error;
  });
  const lengths = await lengthened(moves, editor, { signal: place.signal, predictor: place.predictor, tell: () => {} });
  const edits = moves.map((move): Edit => ({ move, length: lengths.get(move) as number }));
  const rows = (some: readonly Edit[]): Float32Array =>
    some.length === 0 ? new Float32Array(0) : stack(some.map(latentOf)).data;
  return {
    told: edits.map(({ move: { picture, side }, length }): ToldEdit => ({ image: picture.image, side, length })),
    arrays: [rows(edits.map(({ move }) => ({ move, length: 0 }))), rows(edits)],
  };
}

async function decoded(latents: Tensor, { autoencoder }: CounterfactualMakings): Promise<readonly Tensor[]> {
  const pictures: Tensor[] = [];
  const count = latents.dims[0] as number;
  for (let start = 0; start < count; start += width) {
    const some = Array.from({ length: Math.min(width, count - start) }, (_, i) => row(latents, start + i));
    const drawn = await autoencoder.decode(filled(some));
    pictures.push(...some.map((_, i) => ownCopy(row(drawn, i))));
  }
  return pictures;
}
