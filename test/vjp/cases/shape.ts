import { absent, distinct, fedInts, floats, type Input, ints64, linear, normal, type Row, smooth } from "../row.ts";

/** A constant tensor of booleans. */
const flags =
  (...values: readonly number[]): Input =>
  () => ({
    kind: "constant",
    constant: { type: "bool", dims: [values.length], data: { kind: "inline", bytes: Uint8Array.from(values) } },
  });

const far = Number.MAX_SAFE_INTEGER;

export const shape: readonly Row[] = [
  linear("Reshape", "to given sizes", [normal(2, 3, 4), ints64([4, 6])]),
  linear("Reshape", "a copied and a free size", [normal(2, 3, 4), ints64([0, -1])]),
  linear("Reshape", "to a scalar", [normal(1, 1), ints64([])]),
  linear("Flatten", "the default axis", [normal(2, 3, 4)]),
  linear("Flatten", "axis 0", [normal(2, 3)], { attributes: { axis: 0 } }),
  linear("Squeeze", "all axes of size one", [normal(1, 3, 1)]),
  linear("Squeeze", "one axis", [normal(1, 3, 1), ints64([2])]),
  linear("Unsqueeze", "two axes", [normal(3, 4), ints64([0, -1])]),
  linear("Transpose", "reversed by default", [normal(2, 3, 4)]),
  linear("Transpose", "a cyclic permutation, which is not its own inverse", [normal(2, 3, 4)], {
    attributes: { perm: [1, 2, 0] },
  }),
  linear("Concat", "three parts", [normal(2, 3), normal(2, 1), normal(2, 4)], {
    wrt: [0, 1, 2],
    attributes: { axis: 1 },
  }),
  linear("Concat", "a negative axis", [normal(2, 3), normal(2, 2)], { wrt: [0, 1], attributes: { axis: -1 } }),
  linear("Concat", "one part", [normal(2, 3)], { attributes: { axis: 0 } }),
  linear("Split", "equal parts", [normal(2, 6)], { outputs: 3, attributes: { axis: 1, num_outputs: 3 } }),
  linear("Split", "parts that do not divide", [normal(2, 7)], { outputs: 3, attributes: { axis: -1, num_outputs: 3 } }),
  linear("Split", "given sizes", [normal(6, 2), ints64([1, 2, 3])], { outputs: 3 }),
  linear("Slice", "the middle", [normal(5, 6), ints64([1, 2]), ints64([4, 5])]),
  linear("Slice", "negative bounds on a negative axis", [normal(5, 6), ints64([-4]), ints64([-1]), ints64([-1])]),
  linear("Slice", "bounds far outside", [normal(5, 6), ints64([-100]), ints64([far]), ints64([1])]),
  linear("Slice", "step 2", [normal(5, 6), ints64([0, 1]), ints64([5, 6]), ints64([0, 1]), ints64([2, 2])]),
  linear("Slice", "step 3 that does not divide", [normal(8), ints64([1]), ints64([far]), ints64([0]), ints64([3])]),
  linear("Slice", "backwards", [normal(5, 6), ints64([-1]), ints64([-far]), ints64([1]), ints64([-1])]),
  linear("Slice", "backwards in steps of 2", [normal(8), ints64([6]), ints64([0]), ints64([0]), ints64([-2])]),
  linear("Slice", "backwards from far outside in steps of 3", [
    normal(8, 2),
    ints64([far]),
    ints64([-far]),
    ints64([0]),
    ints64([-3]),
  ]),
  linear("Slice", "nothing", [normal(4, 3), ints64([2]), ints64([2]), ints64([0])]),
  linear("Pad", "constant", [normal(2, 3, 4), ints64([0, 1, 2, 0, 0, 3])]),
  linear("Pad", "a constant value", [normal(2, 3), ints64([1, 1, 1, 1]), floats([7], [])]),
  linear("Pad", "negative amounts", [normal(4, 5), ints64([-1, 2, 1, -2])]),
  linear("Pad", "axes", [normal(2, 3, 4), ints64([1, 2]), floats([0], []), ints64([-1])]),
  linear("Pad", "reflect", [normal(1, 2, 4, 5), ints64([0, 0, 1, 2, 0, 0, 3, 1])], { attributes: { mode: "reflect" } }),
  linear("Pad", "edge", [normal(1, 2, 4, 5), ints64([0, 0, 1, 2, 0, 0, 3, 1])], { attributes: { mode: "edge" } }),
  linear("Pad", "wrap", [normal(2, 4, 5), ints64([0, 1, 2, 0, 3, 1])], { attributes: { mode: "wrap" } }),
  linear("Pad", "reflect on given axes", [normal(1, 2, 4, 5), ints64([1, 2, 2, 0]), absent, ints64([3, 2])], {
    attributes: { mode: "reflect" },
  }),
  linear("Pad", "by the constant value", [normal(2, 3), ints64([1, 1, 0, 2]), normal()], { wrt: [0, 2] }),
  linear("CenterCropPad", "odd and even rests", [normal(5, 4, 3), ints64([2, 7, 3])]),
  linear("CenterCropPad", "given axes", [normal(2, 4, 6), ints64([3, 9])], { attributes: { axes: [2, 1] } }),
  linear("Expand", "new and repeated axes", [normal(3, 1), ints64([2, 3, 4])]),
  linear("Expand", "to a smaller target", [normal(3, 4), ints64([1])]),
  linear("Tile", "two axes", [normal(2, 3), ints64([2, 3])]),
  linear("Tile", "once", [normal(2, 3), ints64([1, 1])]),
  linear("DepthToSpace", "DCR", [normal(2, 8, 2, 3)], { attributes: { blocksize: 2 } }),
  linear("DepthToSpace", "CRD", [normal(2, 18, 2, 3)], { attributes: { blocksize: 3, mode: "CRD" } }),
  linear("SpaceToDepth", "blocks of 2", [normal(2, 3, 4, 6)], { attributes: { blocksize: 2 } }),

  linear("Gather", "rows, one of them twice", [normal(4, 3), ints64([2, 0, 2])]),
  linear("Gather", "negative and fed indices", [normal(4, 3), fedInts([-1, 1, -1])]),
  linear("Gather", "a matrix of indices along axis 1", [normal(2, 4, 3), ints64([0, 3, 3, 1], [2, 2])], {
    attributes: { axis: 1 },
  }),
  linear("Gather", "one known index, which takes the axis away", [normal(2, 4, 3), ints64([-1], [])], {
    attributes: { axis: 1 },
  }),
  linear("Gather", "one fed index", [normal(2, 4, 3), fedInts([2], [])], { attributes: { axis: -1 } }),
  linear("GatherElements", "repeated indices", [normal(3, 4), ints64([0, 0, 2, -1, 1, 1], [3, 2])], {
    attributes: { axis: 1 },
  }),
  linear("GatherND", "elements", [normal(3, 4), ints64([0, 1, 2, 3, 0, 1], [3, 2])]),
  linear("GatherND", "rows", [normal(3, 4), ints64([2, 0, 2], [3, 1])]),
  linear("GatherND", "batches", [normal(2, 3, 4), ints64([2, 0, 2, 1, 1, 0], [2, 3, 1])], {
    attributes: { batch_dims: 1 },
  }),
  linear("GatherND", "two batch axes", [normal(2, 2, 3), ints64([2, 0, 1, 1], [2, 2, 1])], {
    attributes: { batch_dims: 2 },
  }),
  linear("Compress", "rows", [normal(4, 3), flags(1, 0, 1)], { attributes: { axis: 0 } }),
  linear("Compress", "a negative axis", [normal(2, 3, 4), flags(0, 1, 1, 0)], { attributes: { axis: -1 } }),
  linear("Compress", "the flattened input", [normal(2, 3), flags(1, 0, 0, 1, 1)]),
  linear("OneHot", "by the values", [ints64([0, 2, 1, -1]), ints64([3], []), normal(2)], { wrt: [2] }),
  linear("OneHot", "by the values, another axis", [ints64([0, 2], [2, 1]), ints64([3], []), normal(2)], {
    wrt: [2],
    attributes: { axis: 0 },
  }),
  linear("ScatterElements", "overwriting", [normal(3, 4), ints64([0, 2, 1, 0, 3, 2], [3, 2]), normal(3, 2)], {
    wrt: [0, 2],
    attributes: { axis: 1 },
  }),
  linear(
    "ScatterElements",
    "adding at repeated places",
    [normal(3, 4), ints64([0, 0, 1, 1, 3, 2], [3, 2]), normal(3, 2)],
    {
      wrt: [0, 2],
      attributes: { axis: 1, reduction: "add" },
    },
  ),
  ...["mul", "max", "min"].flatMap((reduction) => [
    smooth(
      "ScatterElements",
      `${reduction} at repeated places`,
      [distinct(3, 4), ints64([0, 0, 1, 1, 3, 2], [3, 2]), distinct(3, 2)],
      { wrt: [0, 2], attributes: { axis: 1, reduction } },
    ),
    smooth("ScatterND", `${reduction} of rows`, [distinct(4, 3), ints64([2, 0, 2], [3, 1]), distinct(3, 3)], {
      wrt: [0, 2],
      attributes: { reduction },
    }),
  ]),
  linear("ScatterND", "overwriting rows", [normal(4, 3), ints64([2, 0], [2, 1]), normal(2, 3)], { wrt: [0, 2] }),
  linear("ScatterND", "adding elements", [normal(4, 3), ints64([2, 0, 2, 0], [2, 2]), normal(2)], {
    wrt: [0, 2],
    attributes: { reduction: "add" },
  }),
  smooth("TopK", "the two largest of the last axis", [distinct(3, 5), ints64([2])], { outputs: 2 }),
  smooth("TopK", "the smallest along axis 0", [distinct(5, 2), ints64([1])], {
    outputs: 2,
    attributes: { axis: 0, largest: 0 },
  }),
  linear("Trilu", "upper", [normal(2, 4, 4)]),
  linear("Trilu", "lower with an offset", [normal(4, 5), ints64([1], [])], { attributes: { upper: 0 } }),
  linear("ReverseSequence", "time first", [normal(4, 3, 2), ints64([2, 4, 1])]),
  linear("ReverseSequence", "batch first", [normal(3, 4), ints64([2, 4, 1])], {
    attributes: { batch_axis: 0, time_axis: 1 },
  }),
];
