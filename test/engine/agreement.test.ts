import { describe, expect, test } from "vitest";
import { disagreement } from "../../src/engine/agreement.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";

const floats = (...data: number[]): TypedTensor => ({
  type: "float32",
  data: Float32Array.from(data),
  dims: [data.length],
});
const flags = (data: readonly number[]): TypedTensor => ({
  type: "bool",
  data: Uint8Array.from(data),
  dims: [data.length],
});

describe("a device agrees with the CPU", () => {
  test.each<[string, TypedTensor, TypedTensor]>([
    ["within a thousandth of the largest number", floats(600, 0.01), floats(600.5, -0.5)],
    ["where both overflow", floats(Infinity, Number.NaN, 1), floats(Infinity, Number.NaN, 1)],
    ["where it takes for 0 what is too small for a normal number", floats(1e-39), floats(0)],
    ["in all but one of a thousand comparisons", flags(new Array(1000).fill(1)), flags([0, ...new Array(999).fill(1)])],
  ])("%s", (_, expected, found) => {
    expect(disagreement({ y: expected }, { y: found })).toBeUndefined();
  });
});

describe("a device differs from the CPU", () => {
  test.each<[string, TypedTensor, TypedTensor, string]>([
    ["beyond a thousandth", floats(600, 0), floats(600, 0.7), '"y" differs by 0.70, and its largest number is 6.0e+2'],
    ["where all is 0", floats(0, 0), floats(0, 1e-20), '"y" differs by 1.0e-20, and its largest number is 0.0'],
    ["where it has no number", floats(1, 2), floats(1, Number.NaN), '"y" is NaN where the CPU has 2'],
    ["in its shape", floats(1, 2), floats(1), '"y" has the shape [1], not [2]'],
    [
      "in two of a thousand comparisons",
      flags(new Array(1000).fill(1)),
      flags([0, 0, ...new Array(998).fill(1)]),
      '"y" differs in 2 of 1000 values',
    ],
  ])("%s", (_, expected, found, said) => {
    expect(disagreement({ y: expected }, { y: found })).toBe(said);
  });
});
