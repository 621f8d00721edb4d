import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { drawAugmentation, unchanged, writePicture } from "../../src/training/augment.ts";

const side = 4;
/** Column x of row y is 10·y + x in every channel, and 100 more in the second. */
const picture = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
  const place = i % (side * side);
  return 10 * Math.floor(place / side) + (place % side) + (i >= 16 && i < 32 ? 100 : 0);
});
const plain = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;

function written(change: Partial<typeof unchanged>, levels = plain as Parameters<typeof writePicture>[3]["levels"]) {
  const into = new Float32Array(picture.length);
  writePicture(into, picture, side, { levels, change: { ...unchanged, ...change } });
  return Array.from(into, (value) => Math.round(1000 * value) / 1000);
}
const rowOf = (values: readonly number[], y: number) => values.slice(side * y, side * (y + 1));

describe("a picture before the network", () => {
  test("is its own numbers, brought to mean and spread", () => {
    expect(written({})).toEqual([...picture]);
    const levels = { mean: [0.5, 0.4, 0], std: [0.25, 0.5, 1] } as const;
    const values = written({}, levels);
    expect(values[0]).toBeCloseTo((0 - 0.5) / 0.25, 3);
    expect(values[16]).toBeCloseTo((100 / 255 - 0.4) / 0.5, 3);
  });

  test("is mirrored, row by row", () => {
    const values = written({ flipped: true });
    expect(rowOf(values, 0)).toEqual([3, 2, 1, 0]);
    expect(rowOf(values, 3)).toEqual([33, 32, 31, 30]);
  });

  test("moves right and down, its edges repeated", () => {
    const values = written({ right: 1, down: 2 });
    expect(rowOf(values, 0)).toEqual([0, 0, 1, 2]);
    expect(rowOf(values, 2)).toEqual([0, 0, 1, 2]);
    expect(rowOf(values, 3)).toEqual([10, 10, 11, 12]);
    expect(rowOf(written({ right: -1, down: -3 }), 0)).toEqual([31, 32, 33, 33]);
  });

  test("has every channel as factor·x + term", () => {
    const values = written({ factor: 2, terms: [0, 10 / 255, 0] });
    expect([values[5], values[21]]).toEqual([2 * 11, 2 * 111 + 10]);
  });
});

describe("what is drawn", () => {
  test("stays within its bounds and reaches them on both sides", () => {
    const random = createRandom(3);
    const drawn = Array.from({ length: 500 }, () =>
      drawAugmentation(random, 40, { flips: true, shift: 0.05, colour: 0.1 }),
    );
    expect(new Set(drawn.map(({ right }) => right))).toEqual(new Set([-2, -1, 0, 1, 2]));
    expect(new Set(drawn.map(({ down }) => down))).toEqual(new Set([-2, -1, 0, 1, 2]));
    for (const { factor, terms } of drawn) {
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.1);
      for (const term of terms) expect(Math.abs(term - (1 - factor) / 2)).toBeLessThanOrEqual(0.05);
    }
    const flipped = drawn.filter((one) => one.flipped).length;
    expect(flipped).toBeGreaterThan(200);
    expect(flipped).toBeLessThan(300);
  });

  test("mirrors nothing where flips are off, and draws the same otherwise", () => {
    const [on, off] = [true, false].map((flips) => {
      const random = createRandom(5);
      return Array.from({ length: 50 }, () => drawAugmentation(random, 64, { flips, shift: 0.1, colour: 0.2 }));
    });
    expect(off?.some(({ flipped }) => flipped)).toBe(false);
    expect(off?.map((one) => ({ ...one, flipped: true }))).toEqual(on?.map((one) => ({ ...one, flipped: true })));
  });
});
