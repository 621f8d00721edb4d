import { absent, floats, ints64, linear, normal, type Row } from "../row.ts";

export const signal: readonly Row[] = [
  linear("DFT", "real signals", [normal(2, 5, 1)]),
  linear("DFT", "complex signals, inverse", [normal(2, 6, 2), absent, ints64([-2], [])], {
    attributes: { inverse: 1 },
  }),
  linear(
    "DFT",
    "one side, along the first axis, longer than the signal",
    [normal(4, 3, 1), ints64([6], []), ints64([0], [])],
    { attributes: { onesided: 1 } },
  ),
  linear("DFT", "cut short", [normal(2, 3, 7, 2), ints64([5], []), ints64([2], [])]),
  linear("STFT", "overlapping windowed frames and a rest", [
    normal(2, 19, 1),
    ints64([4], []),
    floats([0.1, 0.5, 0.9, 1, 1, 0.9, 0.5, 0.1]),
    ints64([8], []),
  ]),
  linear("STFT", "both sides, without a window", [normal(1, 12, 1), ints64([3], []), absent, ints64([6], [])], {
    attributes: { onesided: 0 },
  }),
];
