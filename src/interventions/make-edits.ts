import type { Classifier } from "../models/types.ts";
import type { Tensor } from "../tensor.ts";
import { type Edit, lengthened, type Move, type Picture, type PictureEditor } from "./move.ts";
import { predictionsOn } from "./predictions-on.ts";
import type { InterventionRow } from "./rows.ts";

/** A move as it was made. */
export interface Made {
  readonly edit: Edit;
  readonly row: InterventionRow;
}

export interface MakeEditsOptions {
  /** Everybody whose predictions are asked for, witnesses among them. */
  readonly classifiers: readonly Classifier[];
  readonly signal: AbortSignal | undefined;
  /** Told the part that is done, from 0 to 1: a first half is to find the lengths, a second to show the edits. */
  tell(share: number): void;
}

/** Makes moves as far as their witnesses ask for, and shows them to all classifiers. A picture, or an edit, on which one gives no number is left out. */
export async function makeEdits(
  moves: readonly Move[],
  editor: PictureEditor,
  { classifiers, signal, tell }: MakeEditsOptions,
): Promise<readonly Made[]> {
  const pictures = [...new Set(moves.map(({ picture }) => picture))];
  const seen = await predictionsOn(pictures, (some) => some.map(({ pixels }) => pixels), classifiers, { signal });
  const before = new Map<Picture, readonly number[]>(
    pictures.map((picture, index) => [picture, seen[index] as number[]]),
  );
  const known = moves.filter(({ picture }) => !before.get(picture)?.some(Number.isNaN));
  const told = (done: number): void => tell(known.length === 0 ? 1 : done / (2 * known.length));
  const lengths = await lengthened(known, editor, { signal, tell: told });
  const edits = known.map((move): Edit => ({ move, length: lengths.get(move) as number }));
  const distances: number[] = [];
  const shown = async (some: readonly Edit[]): Promise<readonly Tensor[]> => {
    const edited = await editor.edited(some);
    edited.forEach((picture, index) => {
      distances.push(rootMeanSquare((some[index] as Edit).move.picture.pixels, picture));
    });
    return edited;
  };
  const after = await predictionsOn(edits, shown, classifiers, { signal, tell: (done) => told(known.length + done) });
  return edits.flatMap((edit, index): Made[] => {
    const predictions = after[index] as readonly number[];
    if (predictions.some(Number.isNaN)) return [];
    const { picture, feature, side } = edit.move;
    const row: InterventionRow = {
      image: picture.image,
      feature: feature.name,
      side,
      editor: editor.name,
      editedBy: editor.by,
      length: edit.length,
      distance: distances[index] as number,
      witness: feature.witness.name,
      before: byClassifier(classifiers, before.get(picture) as readonly number[]),
      after: byClassifier(classifiers, predictions),
    };
    return [{ edit, row }];
  });
}

function byClassifier(classifiers: readonly Classifier[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(classifiers.map(({ name }, index) => [name, values[index] as number]));
}

function rootMeanSquare(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let p = 0; p < a.data.length; p++) sum += ((a.data[p] as number) - (b.data[p] as number)) ** 2;
  return Math.sqrt(sum / a.data.length);
}
