import type { Tensor } from "../base/tensor.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { groupBy } from "../statistics/group-by.ts";
import { arrived, further, type Range } from "./edit-length.ts";
import type { EditMemory } from "./edit-memory.ts";
import { type Predictor, predictionsOn } from "./predictions-on.ts";
import type { Editor, Side } from "./rows.ts";

/** A feature that is moved. */
export interface MovedFeature {
  /** Its name: a concept, and a column of labels. */
  readonly name: string;
  /** Says whether it is there; gives the labels where there are none. */
  readonly witness: Classifier;
  /** Whose counterfactuals move it where its pattern does not, the first that has a gradient; the witness alone where nobody else tells the feature. */
  readonly editors: readonly Classifier[];
}

/** A picture that interventions may be made on. */
export interface Picture {
  readonly image: string;
  /** [1, c, h, w] in [0, 1], at the size that classifiers take. */
  readonly pixels: Tensor;
  readonly labels: Readonly<Record<string, number>>;
}

/** A feature to be taken out of a picture, or put in. */
export interface Move {
  readonly picture: Picture;
  readonly feature: MovedFeature;
  readonly side: Side;
  /** What the witness says of pictures of either side. */
  readonly range: Range;
}

/** A move on a picture that is not loaded. */
export interface NamedMove extends Omit<Move, "picture"> {
  readonly image: string;
}

/** A move made by so much. */
export interface Edit {
  readonly move: Move;
  readonly length: number;
}

/** What takes features out of pictures and puts them in. */
export interface PictureEditor {
  readonly name: Editor;
  /** Name of the classifier that its edits are made by; null where it asks none. */
  readonly by: string | null;
  /** Lengths that are tried, shortest first: an edit goes no further than its witness asks for. */
  readonly lengths: readonly number[];
  /** Edited pictures, [1, c, h, w] in [0, 1]. Made whenever they are needed: all of them would not fit into memory. */
  edited(edits: readonly Edit[]): Promise<readonly Tensor[]>;
}

/** Every move's shortest length that the witness says is enough, or the one that it says did most; witnesses of one file look at edits together. */
export async function lengthened(
  moves: readonly Move[],
  editor: PictureEditor,
  {
    signal,
    predictor,
    tell,
  }: {
    readonly signal: AbortSignal | undefined;
    readonly predictor?: Predictor | undefined;
    tell(done: number): void;
  },
): Promise<ReadonlyMap<Move, number>> {
  const best = new Map<Move, { readonly length: number; readonly prediction: number }>();
  let done = 0;
  for (const group of groupBy(moves, ({ feature }) => modelsOf([feature.witness])[0]).values()) {
    const witnesses = [...new Set(group.map(({ feature }) => feature.witness))];
    const places = new Map(witnesses.map((witness, place) => [witness, place]));
    let open: readonly Move[] = group;
    for (const length of editor.lengths) {
      const edits = open.map((move): Edit => ({ move, length }));
      const predictions = await predictionsOn(edits, editor.edited, witnesses, { signal, predictor });
      open = open.filter((move, index) => {
        const prediction = predictions[index]?.[places.get(move.feature.witness) as number] as number;
        const before = best.get(move);
        if (before === undefined || further(prediction, before.prediction, move.side))
          best.set(move, { length, prediction });
        return !arrived(prediction, move.side, move.range);
      });
      tell(done + group.length - open.length);
    }
    done += group.length;
  }
  return new Map([...best].map(([move, { length }]) => [move, length]));
}

/** Moves as edits, each as far as its witness asks for. from: what lengths depend on besides. */
export async function arrivedEdits(
  moves: readonly Move[],
  editor: PictureEditor,
  {
    memory,
    from,
    ...work
  }: {
    readonly memory: EditMemory;
    readonly from: unknown;
    readonly signal: AbortSignal | undefined;
    readonly predictor: Predictor | undefined;
    tell(done: number): void;
  },
): Promise<readonly Edit[]> {
  const keys = moves.map(({ picture, feature, side }) => JSON.stringify([feature.name, side, picture.image]));
  const { told } = await memory.remembered({ lengths: from, editor: editor.name, moves: keys.toSorted() }, async () => {
    const lengths = await lengthened(moves, editor, work);
    return { told: Object.fromEntries(moves.map((move, i) => [keys[i], lengths.get(move)])), arrays: [] };
  });
  const lengths = told as Readonly<Record<string, number>>;
  work.tell(moves.length);
  return moves.map((move, i): Edit => ({ move, length: lengths[keys[i] as string] as number }));
}
