import { floats, linear, nonzero, normal, positive, type Row, smooth, weights } from "../row.ts";

const variance = floats([0.5, 1.2, 2], [3]);

export const normalization: readonly Row[] = [
  linear("BatchNormalization", "images", [normal(2, 3, 4, 5), weights(3), weights(3), weights(3), variance]),
  linear("BatchNormalization", "vectors", [normal(4, 3), weights(3), weights(3), weights(3), variance]),
  linear("BatchNormalization", "epsilon", [normal(2, 3, 4), weights(3), weights(3), weights(3), variance], {
    attributes: { epsilon: { float: 0.3 } },
  }),
  linear("BatchNormalization", "by scale and bias", [normal(2, 3, 4), normal(3), normal(3), weights(3), variance], {
    wrt: [1, 2],
  }),
  smooth(
    "BatchNormalization",
    "by mean and variance",
    [normal(2, 3, 4), normal(3), normal(3), normal(3), positive(3)],
    {
      wrt: [3, 4],
      attributes: { epsilon: { float: 0.1 } },
    },
  ),
  smooth("InstanceNormalization", "images", [normal(2, 3, 4, 5), weights(3), weights(3)]),
  smooth("InstanceNormalization", "signals with a large epsilon", [normal(2, 3, 7), weights(3), weights(3)], {
    attributes: { epsilon: { float: 0.1 } },
  }),
  linear("InstanceNormalization", "by scale and bias", [normal(2, 3, 4, 5), normal(3), normal(3)], { wrt: [1, 2] }),
  smooth("LayerNormalization", "the last axis", [normal(2, 5, 6), weights(6), weights(6)]),
  smooth("LayerNormalization", "without a bias", [normal(2, 5, 6), weights(6)]),
  smooth("LayerNormalization", "two axes", [normal(2, 3, 4, 5), weights(4, 5), weights(4, 5)], {
    attributes: { axis: 2 },
  }),
  smooth("LayerNormalization", "a scale that broadcasts", [normal(2, 3, 4, 5), weights(4, 1), weights(5)], {
    attributes: { axis: -2, epsilon: { float: 0.01 } },
  }),
  smooth("LayerNormalization", "mean and deviation as outputs", [normal(2, 5, 6), weights(6), weights(6)], {
    outputs: 3,
    attributes: { epsilon: { float: 0.01 } },
  }),
  linear("LayerNormalization", "by scale and bias", [normal(2, 5, 6), normal(6), normal(6)], { wrt: [1, 2] }),
  smooth("GroupNormalization", "two groups", [normal(2, 4, 3, 5), weights(4), weights(4)], {
    attributes: { num_groups: 2 },
  }),
  smooth("GroupNormalization", "one group", [normal(2, 4, 3, 5), weights(4), weights(4)], {
    attributes: { num_groups: 1 },
  }),
  smooth("GroupNormalization", "a group per channel", [normal(1, 3, 7), weights(3), weights(3)], {
    attributes: { num_groups: 3, epsilon: { float: 0.02 } },
  }),
  linear("GroupNormalization", "by scale and bias", [normal(2, 4, 3), normal(4), normal(4)], {
    wrt: [1, 2],
    attributes: { num_groups: 2 },
  }),
  smooth("MeanVarianceNormalization", "the default axes", [normal(2, 3, 4, 5)]),
  smooth("MeanVarianceNormalization", "the last axes", [normal(2, 3, 4, 5)], { attributes: { axes: [2, 3] } }),
  smooth("LpNormalization", "the 2-norm of the last axis", [normal(3, 4)]),
  smooth("LpNormalization", "the 2-norm of channels", [normal(2, 3, 4)], { attributes: { axis: 1 } }),
  smooth("LpNormalization", "the 1-norm", [nonzero(3, 4)], { attributes: { p: 1 } }),
  smooth("LRN", "five channels of seven", [normal(2, 7, 3, 2)], {
    attributes: { size: 5, alpha: { float: 0.5 }, beta: { float: 0.75 }, bias: { float: 1 } },
  }),
  smooth("LRN", "three channels of six", [normal(1, 6, 3, 3)], {
    attributes: { size: 3, alpha: { float: 0.7 }, beta: { float: 0.6 }, bias: { float: 2 } },
  }),
  smooth("LRN", "more neighbours than channels", [positive(1, 3, 2, 2)], {
    attributes: { size: 5, alpha: { float: 1 } },
  }),
];
