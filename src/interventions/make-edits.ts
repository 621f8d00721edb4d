import type { Tensor } from "../base/tensor.ts";
import type { Classifier } from "../models/types.ts";
import type { Edit, Picture, PictureEditor } from "./move.ts";
import { type Predictor, predictionsOn } from "./predictions-on.ts";
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
  /** Who shows pictures to classifiers; this process by default. */
  readonly predictor?: Predictor | undefined;
  /** Told the part that is done, from 0 to 1. */
  tell(share: number): void;
}

/** Shows edits to all classifiers. A picture, or an edit, on which one gives no number is left out. */
export async function makeEdits(
  wanted: readonly Edit[],
  editor: PictureEditor,
  { classifiers, signal, predictor, tell }: MakeEditsOptions,
): Promise<readonly Made[]> {
  const pictures = [...new Set(wanted.map(({ move }) => move.picture))];
  const looks = pictures.length + wanted.length;
  const told = (done: number): void => tell(looks === 0 ? 1 : done / looks);
  const seen = await predictionsOn(pictures, (some) => some.map(({ pixels }) => pixels), classifiers, {
    ...{ signal, predictor, tell: told },
  });
  const before = new Map<Picture, readonly number[]>(
    pictures.map((picture, index) => [picture, seen[index] as number[]]),
  );
  const edits = wanted.filter(({ move }) => !before.get(move.picture)?.some(Number.isNaN));
  const distances = new Map<Edit, number>();
  const shown = async (some: readonly Edit[]): Promise<readonly Tensor[]> => {
    const edited = await editor.edited(some);
    edited.forEach((picture, index) => {
      const edit = some[index] as Edit;
      distances.set(edit, rootMeanSquare(edit.move.picture.pixels, picture));
    });
    return edited;
  };
  const after = await predictionsOn(edits, shown, classifiers, {
    ...{ signal, predictor },
    tell: (done) => told(pictures.length + done),
  });
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
      distance: distances.get(edit) as number,
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
