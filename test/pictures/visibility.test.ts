import { describe, expect, test } from "vitest";
import { visibility } from "../../src/pictures/visibility.ts";
import type { Pixels } from "../../src/platform/platform.ts";

/** A grey picture of 100 pixels of which the first `count` have another colour. */
function marked(count: number, colour: readonly [number, number, number]): Pixels {
  const data = new Uint8Array(300).fill(100);
  for (let pixel = 0; pixel < count; pixel++) data.set(colour, 3 * pixel);
  return { data, width: 10, height: 10, channels: 3 };
}
const plain = marked(0, [0, 0, 0]);
const bright = [202, 202, 202] as const;

describe("how well a change is seen", () => {
  test("is its size where it lies in a tenth of the picture, and nothing where there is none", () => {
    expect(visibility(plain, marked(10, bright))).toBeCloseTo(0.4, 6);
    expect(visibility(plain, plain)).toBe(0);
  });

  test("is less of as large a change that is spread", () => {
    // All pixels change alike: a tenth holds a tenth of it.
    expect(visibility(plain, marked(100, bright))).toBeCloseTo(0.04, 6);
  });

  test("counts a change of hue that keeps the brightness", () => {
    expect(visibility(plain, marked(10, [151, 100, 49]))).toBeCloseTo(0.2, 6);
  });
});
