import { distinct, ints64, linear, nonzero, normal, positive, type Row, smooth } from "../row.ts";

/** Axes, and whether reduced axes are kept: over everything, one axis, a negative axis, several. */
const forms: readonly (readonly [string, readonly number[] | undefined, number])[] = [
  ["everything, kept", undefined, 1],
  ["everything, not kept", undefined, 0],
  ["axis 1, kept", [1], 1],
  ["axis 1, not kept", [1], 0],
  ["the last axis", [-1], 0],
  ["the spatial axes", [2, 3], 1],
  ["outer axes", [0, 2], 0],
];

const rows = (make: typeof linear, op: string, sample: typeof normal): Row[] =>
  forms.map(([title, axes, keepdims]) =>
    make(op, title, [sample(2, 3, 2, 4), ...(axes === undefined ? [] : [ints64(axes)])], { attributes: { keepdims } }),
  );

export const reduction: readonly Row[] = [
  ...rows(linear, "ReduceSum", normal),
  ...rows(linear, "ReduceMean", normal),
  ...rows(smooth, "ReduceSumSquare", normal),
  ...rows(smooth, "ReduceL1", nonzero),
  ...rows(smooth, "ReduceL2", normal),
  ...rows(smooth, "ReduceLogSum", positive),
  ...rows(smooth, "ReduceLogSumExp", normal),
  ...rows(smooth, "ReduceMax", distinct),
  ...rows(smooth, "ReduceMin", distinct),
  ...rows(smooth, "ReduceProd", nonzero),
  linear("ReduceSum", "no axes and noop_with_empty_axes", [normal(2, 3)], { attributes: { noop_with_empty_axes: 1 } }),
  linear("ReduceMean", "empty axes mean all", [normal(2, 3), ints64([])]),
];
