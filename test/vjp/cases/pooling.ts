import { distinct, ints64, linear, nonzero, normal, type Row, smooth } from "../row.ts";

type Attributes = NonNullable<NonNullable<Parameters<typeof linear>[3]>["attributes"]>;
type Spec = readonly [title: string, dims: readonly number[], attributes: Attributes];

const windows: readonly Spec[] = [
  ["2×2", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["2×2 that does not divide", [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["overlapping 3×3 stride 2, padded", [2, 3, 8, 9], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ["3×3 stride 1, padded", [1, 2, 5, 6], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
  ["the default stride of 1", [1, 2, 5, 6], { kernel_shape: [2, 3] }],
  ["one-sided pads", [1, 2, 6, 7], { kernel_shape: [3, 2], strides: [2, 1], pads: [0, 1, 2, 0] }],
  ["strides beyond the kernel", [1, 2, 8, 9], { kernel_shape: [2, 1], strides: [3, 2] }],
  ["ceil_mode", [1, 2, 6, 7], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }],
  ["ceil_mode with pads", [1, 2, 6, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
  ["ceil_mode without overlap", [1, 2, 5, 5], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }],
  ["dilations", [1, 2, 8, 9], { kernel_shape: [2, 3], dilations: [3, 2], strides: [1, 2] }],
  ["SAME_UPPER", [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_UPPER" }],
  ["SAME_LOWER", [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" }],
  ["VALID", [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "VALID" }],
  ["one dimension", [2, 3, 9], { kernel_shape: [3], strides: [2] }],
  ["three dimensions", [1, 2, 4, 5, 4], { kernel_shape: [2, 2, 2], strides: [2, 2, 2] }],
  ["everything", [2, 3, 4, 5], { kernel_shape: [4, 5] }],
];

export const pooling: readonly Row[] = [
  ...windows.map(([title, dims, attributes]) => smooth("MaxPool", title, [distinct(...dims)], { attributes })),
  smooth("MaxPool", "when the indices are an output already", [distinct(1, 2, 5, 6)], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2] },
    outputs: 2,
  }),
  smooth("MaxPool", "indices in columns", [distinct(1, 2, 5, 6)], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2], storage_order: 1 },
  }),
  linear("MaxUnpool", "positions of a pool", [normal(1, 1, 2, 2), ints64([5, 7, 13, 15], [1, 1, 2, 2])], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  }),
  linear(
    "MaxUnpool",
    "a given output shape",
    [normal(1, 1, 2, 2), ints64([0, 3, 11, 14], [1, 1, 2, 2]), ints64([1, 1, 5, 5])],
    {
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
  ),
  ...windows.map(([title, dims, attributes]) => linear("AveragePool", title, [normal(...dims)], { attributes })),
  ...windows
    .filter(([, , { pads, auto_pad, ceil_mode }]) => pads ?? auto_pad ?? ceil_mode)
    .map(([title, dims, attributes]) =>
      linear("AveragePool", `${title}, pads count`, [normal(...dims)], {
        attributes: { ...attributes, count_include_pad: 1 },
      }),
    ),
  ...windows
    .filter(([title]) => !title.startsWith("SAME"))
    .map(([title, dims, attributes]) => smooth("LpPool", title, [nonzero(...dims)], { attributes })),
  smooth("LpPool", "the 1-norm", [nonzero(1, 2, 5, 6)], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2], p: 1 },
  }),
  smooth("LpPool", "the 3-norm", [nonzero(1, 2, 5, 6)], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2], p: 3 },
  }),
  linear("GlobalAveragePool", "two spatial dimensions", [normal(2, 3, 4, 5)]),
  linear("GlobalAveragePool", "one spatial dimension", [normal(2, 3, 5)]),
  smooth("GlobalMaxPool", "two spatial dimensions", [distinct(2, 3, 4, 5)]),
  smooth("GlobalMaxPool", "three spatial dimensions", [distinct(1, 2, 2, 3, 2)]),
  smooth("GlobalLpPool", "the 2-norm", [normal(2, 3, 4, 5)]),
  smooth("GlobalLpPool", "the 1-norm", [nonzero(2, 3, 4)], { attributes: { p: 1 } }),
  smooth("GlobalLpPool", "the 3-norm", [nonzero(2, 3, 4, 5)], { attributes: { p: 3 } }),
];
