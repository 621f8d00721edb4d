import fc from "fast-check";
import { expect, test } from "vitest";
import { resizeTriangle } from "../../src/platform/resize.ts";

const line = (...values: number[]) => ({ data: Float32Array.from(values), dims: [1, 1, 1, values.length] });

test("halving averages with the triangle's weights 1 3 3 1 inside and renormalizes at the border", () => {
  const { data, dims } = resizeTriangle(line(0, 1, 2, 3, 4, 5, 6, 7), { width: 4, height: 1 });
  expect(dims).toEqual([1, 1, 1, 4]);
  expect(data[1]).toBeCloseTo((1 * 1 + 3 * 2 + 3 * 3 + 1 * 4) / 8, 6);
  expect(data[0]).toBeCloseTo((3 * 0 + 3 * 1 + 1 * 2) / 7, 6);
});

test("doubling interpolates linearly between pixel centres", () => {
  expect([...resizeTriangle(line(0, 4), { width: 4, height: 1 }).data]).toEqual([0, 1, 3, 4]);
});

test("a constant image stays constant at any size", () => {
  const side = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(side, side, side, side, (h, w, height, width) => {
      const image = { data: new Float32Array(2 * h * w).fill(0.25), dims: [1, 2, h, w] };
      return resizeTriangle(image, { width, height }).data.every((value) => Math.abs(value - 0.25) < 1e-6);
    }),
  );
});

test("the same size is the same image", () => {
  const image = line(1, 2, 3);
  expect(resizeTriangle(image, { width: 3, height: 1 })).toBe(image);
});
