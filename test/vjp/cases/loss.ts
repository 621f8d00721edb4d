import { ints64, linear, normal, type Row, smooth, weights } from "../row.ts";

const targets = ints64([0, 2, 1, 2, 3, 0], [2, 3]);

export const loss: readonly Row[] = ["none", "sum", "mean"].flatMap((reduction) => [
  linear("NegativeLogLikelihoodLoss", `reduction ${reduction}`, [normal(2, 4, 3), targets, weights(4)], {
    attributes: { reduction },
  }),
  linear("NegativeLogLikelihoodLoss", `reduction ${reduction}, a class ignored`, [normal(2, 4, 3), targets], {
    attributes: { reduction, ignore_index: 2 },
  }),
  smooth("SoftmaxCrossEntropyLoss", `reduction ${reduction}`, [normal(2, 4, 3), targets, weights(4)], {
    attributes: { reduction, ignore_index: 2 },
  }),
  smooth("SoftmaxCrossEntropyLoss", `reduction ${reduction}, with log softmax`, [normal(2, 4, 3), targets], {
    attributes: { reduction },
    outputs: 2,
  }),
]);
