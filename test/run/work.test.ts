import { describe, expect, test } from "vitest";
import type { RunFile } from "../../src/results/run-file.ts";
import { costs, expectedRows, inRuns, type WorkSoFar, workOf } from "../../src/run/work.ts";

const options = {
  select: "positive",
  keepImages: 12,
  decompose: { images: 10, draws: 8, noise: 0.5 },
  saliency: { method: "input-gradients", images: 32 },
} as RunFile["options"];
const none = { counterfactuals: 0, products: 0, saliency: 0, pictures: 0 };
const one = (changes: Partial<WorkSoFar> = {}): WorkSoFar => ({
  ...{ images: 300, looked: 0, bases: [{ limit: 60, count: 0 }], made: none, concepts: 20, mapped: 21 },
  ...changes,
});

describe("the work of a run", () => {
  test("counts a gradient of every draw and a map in counterfactuals", () => {
    expect(workOf({ counterfactuals: 100, products: 10, saliency: 20, pictures: 3 }, options)).toBeCloseTo(
      103 + 10 * 8 * costs.gradient + 20 * costs.map,
      9,
    );
    expect(workOf({ ...none, counterfactuals: 7 }, {})).toBe(7);
  });

  test("is that of the limits, or of the images where these end before", () => {
    expect(expectedRows(one(), options).counterfactuals).toBe(60);
    expect(expectedRows(one({ images: 80 }), options).counterfactuals).toBe(40);
    expect(expectedRows(one({ images: 80 }), { ...options, select: "all" }).counterfactuals).toBe(60);
    // 16 of the first 64: 75 of all 300, of which 60 are wanted; 8 of them: 37.5.
    const later = (count: number) => one({ looked: 64, bases: [{ limit: 60, count }] });
    expect(expectedRows(later(16), options).counterfactuals).toBe(60);
    expect(expectedRows(later(8), options).counterfactuals).toBe(37.5);
  });

  test("decomposes the first images of every base, and no more once every base had them", () => {
    expect(expectedRows(one(), options)).toMatchObject({ products: 10 * 20, saliency: 32 * 21 });
    const many = Array.from({ length: 8 }, () => ({ limit: 60, count: 0 }));
    expect(expectedRows(one({ bases: many }), options).products).toBe(30 * 20);
    const made = { counterfactuals: 30, products: 190, saliency: 672, pictures: 12 };
    expect(expectedRows(one({ looked: 64, bases: [{ limit: 60, count: 30 }], made }), options).products).toBe(190);
    // Where the chunk in hand knows its own, that is believed.
    const known = expectedRows({ ...one({ bases: many }), products: 123 }, options);
    expect(known).toMatchObject({ products: 123, pictures: 96 });
  });

  test("is known where everything is made", () => {
    const made = { counterfactuals: 60, products: 200, saliency: 672, pictures: 12 };
    expect(expectedRows(one({ looked: 192, bases: [{ limit: 60, count: 60 }], made }), options)).toEqual(made);
  });
});

const items = [0, 1, 2, 3, 4, 5, 6];

test("runs are neighbours, as equal as can be, and all items once in order", () => {
  expect(inRuns(items, 3)).toEqual([
    [0, 1],
    [2, 3, 4],
    [5, 6],
  ]);
  expect(inRuns(items, 9)).toEqual(items.map((item) => [item]));
  expect(inRuns([], 3)).toEqual([]);
});
