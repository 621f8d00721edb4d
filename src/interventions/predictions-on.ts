import { throwIfInterrupted } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import type { Tensor } from "../base/tensor.ts";
import { hasPrediction, modelsOf, type Outputs, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";

/** Who shows pictures to classifiers. */
export interface Predictor {
  /** Calls that it works on at a time; more of them wait. */
  readonly calls: number;
  /** Predictions of all classifiers on every picture of a call, at most `width`; NaN where an output is no number. */
  predict(pictures: readonly Tensor[], classifiers: readonly Classifier[]): Promise<number[][]>;
}

/** This process, call by call. */
export const hereAlone: Predictor = {
  calls: 1,
  async predict(pictures, classifiers) {
    const outputs = await outputsOf(modelsOf(classifiers), filled(pictures));
    return pictures.map((_, index) => {
      const own: Outputs = outputs(index);
      return classifiers.map((classifier) =>
        hasPrediction(classifier, own) ? predictionOf(classifier, own) : Number.NaN,
      );
    });
  },
};

/** Predictions of classifiers on pictures of some items, in whole calls, in the order of the items; NaN where an output is no number. */
export async function predictionsOn<Item>(
  items: readonly Item[],
  picturesOf: (items: readonly Item[]) => readonly Tensor[] | Promise<readonly Tensor[]>,
  classifiers: readonly Classifier[],
  {
    signal,
    tell,
    predictor = hereAlone,
  }: {
    readonly signal: AbortSignal | undefined;
    readonly tell?: (done: number) => void;
    readonly predictor?: Predictor | undefined;
  },
): Promise<number[][]> {
  const calls = Array.from({ length: Math.ceil(items.length / width) }, (_, call) =>
    items.slice(call * width, (call + 1) * width),
  );
  let done = 0;
  const found = await inParallel(calls, predictor.calls, async (some) => {
    throwIfInterrupted(signal);
    const predictions = await predictor.predict(await picturesOf(some), classifiers);
    done += some.length;
    tell?.(done);
    return predictions;
  });
  return found.flat();
}
