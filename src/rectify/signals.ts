import { fitPatterns } from "../interventions/pattern.ts";
import type { Label } from "./groups.ts";
import type { Row } from "./layer.ts";

/**
 * The signals of features in what a last layer reads, as directions of length one at right angles to each other. A signal is what the
 * feature adds to these numbers while the class and the other features stay: a forward model by least squares, which is the covariance with the
 * feature where labels are independent. The weights of a regression onto the feature are no such direction: they point along what cancels noise as
 * well (Haufe et al., NeuroImage 2014).
 */
export function signalsOf(numbers: {
  readonly read: readonly Float32Array[];
  readonly labels: readonly Label[];
  /** By picture. */
  readonly features: readonly (readonly Label[])[];
}): readonly Float64Array[] {
  const { read, labels, features } = numbers;
  const size = read[0]?.length ?? 0;
  const count = features[0]?.length ?? 0;
  const fit = fitPatterns(count + 1);
  read.forEach((own, i) => {
    fit.add({ data: own, dims: [1, size] }, [labels[i] as Label, ...(features[i] as readonly Label[])]);
  });
  const { data } = fit.patterns();
  return orthonormal(Array.from({ length: count }, (_, k) => data.slice((k + 1) * size, (k + 2) * size)));
}

/** Numbers with nothing left along the signals. */
export function withoutSignals<Values extends Float32Array | Float64Array>(
  values: Values,
  signals: readonly Float64Array[],
): Values {
  const left = values.slice() as Values;
  for (const signal of signals) {
    let along = 0;
    for (let i = 0; i < left.length; i++) along += (left[i] as number) * (signal[i] as number);
    for (let i = 0; i < left.length; i++) left[i] = (left[i] as number) - along * (signal[i] as number);
  }
  return left;
}

/** A row that was fitted to numbers without signals, as a row for the numbers as they are: the projection goes into its weights. */
export function folded({ weights, bias }: Row, signals: readonly Float64Array[]): Row {
  return { weights: withoutSignals(weights, signals), bias };
}

function orthonormal(vectors: readonly Float32Array[]): readonly Float64Array[] {
  const found: Float64Array[] = [];
  for (const vector of vectors) {
    const left = withoutSignals(Float64Array.from(vector), found);
    const length = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0));
    if (length > 1e-9) found.push(left.map((value) => value / length));
  }
  return found;
}
