import { throwIfInterrupted } from "../errors.ts";
import { hasPrediction, modelsOf, type Outputs, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import type { Tensor } from "../tensor.ts";

/** Predictions of classifiers on pictures of some items, in whole calls; NaN where an output is no number. */
export async function predictionsOn<Item>(
  items: readonly Item[],
  picturesOf: (items: readonly Item[]) => readonly Tensor[] | Promise<readonly Tensor[]>,
  classifiers: readonly Classifier[],
  { signal, tell }: { readonly signal: AbortSignal | undefined; readonly tell?: (done: number) => void },
): Promise<number[][]> {
  const models = modelsOf(classifiers);
  const found: number[][] = [];
  for (let start = 0; start < items.length; start += width) {
    throwIfInterrupted(signal);
    const some = items.slice(start, start + width);
    const outputs = await outputsOf(models, filled(await picturesOf(some)));
    for (const index of some.keys()) {
      const own: Outputs = outputs(index);
      found.push(
        classifiers.map((classifier) => (hasPrediction(classifier, own) ? predictionOf(classifier, own) : Number.NaN)),
      );
    }
    tell?.(found.length);
  }
  return found;
}
