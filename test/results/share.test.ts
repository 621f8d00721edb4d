import { expect, test } from "vitest";
import { type Look, lackOf, shareOf } from "../../src/results/share.ts";
import { limitedShards, randomWorld } from "./shared-world.ts";

test("a whole run and a run without a limit have no share", () => {
  expect(shareOf({ index: 1, count: 1 }, 400)).toBeUndefined();
  expect(shareOf({ index: 2, count: 3 }, null)).toBeUndefined();
  expect(shareOf({ index: 2, count: 3 }, 400)).toEqual({ counterfactuals: 124, until: {}, images: -1 });
});

test("the union holds the first of the order, however the positives lie, and one more round is enough where there are plenty", () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const count of [2, 3, 8]) {
      expect(limitedShards(randomWorld(0.3, count, seed), 400).rounds).toBeLessThanOrEqual(2);
      limitedShards(randomWorld(0.02, count, seed), 64);
      limitedShards(randomWorld(0.001, count, seed), 64);
    }
  }
});

test("sharing costs at most 1.15 times the counterfactuals of a limit of 400, on the mean of 20 worlds", () => {
  for (const count of [2, 4, 8]) {
    const made = Array.from({ length: 20 }, (_, seed) => limitedShards(randomWorld(0.3, count, seed + 1), 400).made);
    expect(made.reduce((sum, one) => sum + one, 0) / (20 * 400)).toBeLessThanOrEqual(1.15);
  }
});

test("a shard goes on up to the last image of the union, and one that has all up to there does not", () => {
  const of = (selected: readonly number[], through: number): Look => ({
    bases: new Map([["a", { selected, known: 255, through }]]),
    images: 255,
  });
  // The first shard knows an image at 50 that it has made nothing of.
  const looks = [of([0, 2, 4, 50], 49), of([101, 103], 255)];
  const lacks = (limit: number) => lackOf(looks, { bases: ["a"], limit, images: 1000 });
  expect(lacks(3)).toEqual([undefined, undefined]);
  expect(lacks(4)).toEqual([{ until: { a: 50 }, images: 63 }, undefined]);
  expect(lacks(5)).toEqual([{ until: { a: 101 }, images: 127 }, undefined]);
});

test("images of the unsharded run's last chunk are shown by every shard, wanted by a base or not", () => {
  const look: Look = { bases: new Map([["a", { selected: [0, 65], known: 100, through: 100 }]]), images: 100 };
  expect(lackOf([look], { bases: ["a"], limit: 2, images: 1000 })).toEqual([{ until: {}, images: 127 }]);
  expect(lackOf([{ ...look, images: 127 }], { bases: ["a"], limit: 2, images: 1000 })).toEqual([undefined]);
});
