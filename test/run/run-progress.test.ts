import { describe, expect, test } from "vitest";
import type { Commit } from "../../src/results/commit.ts";
import { expectedImages, progressOf } from "../../src/run/run-progress.ts";
import { costs } from "../../src/run/work.ts";
import type { WorkPlan } from "../../src/run/work-plan.ts";

const options = { select: "positive", keepImages: 12, decompose: { images: 10, draws: 8, noise: 0.5 } } as const;
const state = {
  chunks: [64, 64, 64, 10],
  limits: new Map(Object.entries({ a: 40, b: 40 })),
  ...{ options, concepts: 20, mapped: 21 },
};

function plan(looked: number, a: number, b: number): WorkPlan {
  const remaining = new Map<string, never>();
  const rows = { counterfactuals: a + b, products: 190, saliency: 0 };
  const commit = {
    pictures: Array.from({ length: 20 }, () => ({ base: "a" })),
    parts: Object.fromEntries(Object.entries(rows).map(([table, count]) => [table, { rows: count }])),
  } as unknown as Commit;
  return {
    commits: looked === 0 ? [] : [commit],
    looked,
    found: new Map(Object.entries({ a, b })),
    next: { chunk: looked / 64, images: 64, commit: undefined, remaining, ahead: undefined },
  };
}

describe("progress", () => {
  test("counts the images and counterfactuals before the next work, and expects the rest as they went", () => {
    expect(progressOf(plan(64, 30, 20), state)).toEqual({
      phase: "aligning",
      done: 64,
      total: 128,
      most: 202,
      share: expect.any(Number),
      counterfactuals: 50,
    });
  });
  test("has one number of images at most, whatever is expected", () => {
    const some = [plan(0, 0, 0), plan(64, 30, 20), plan(64, 40, 40), { ...plan(128, 40, 40), next: undefined }];
    expect(some.map((each) => progressOf(each, state).most)).toEqual([202, 202, 202, 202]);
  });
  test("moves within a chunk by the share of its work", () => {
    const within = progressOf(plan(64, 30, 20), state, { share: 0.3, work: 40, counterfactuals: 7, products: 10 });
    expect([within.done, within.counterfactuals]).toEqual([64 + 19, 57]);
  });
  test("tells the share of the work of the run, not of its images", () => {
    // Of a: 30 + 30/64 of the 138 images that are left, of which 40 are wanted; so with b. 24 pictures, and 200 rows of latent gradients of 8 draws.
    const gradients = (rows: number) => rows * 8 * costs.gradient;
    const whole = 80 + 24 + gradients(200);
    expect(progressOf(plan(64, 30, 20), state).share).toBeCloseTo(
      // Both bases had the first ten images, so that nothing is left to decompose.
      (50 + 20 + gradients(190)) / (80 + 24 + gradients(190)),
      9,
    );
    const within = { share: 0.3, work: 40, counterfactuals: 7, products: 10 };
    expect(progressOf(plan(64, 30, 20), state, within).share).toBeCloseTo((70 + gradients(190) + 12) / whole, 9);
  });
  test("ends at what was looked at", () => {
    expect(progressOf({ ...plan(128, 40, 40), next: undefined }, state)).toMatchObject({
      done: 128,
      total: 128,
      share: 1,
    });
  });
});

describe("the number of images to expect", () => {
  test("is all of them without a limit or before anything is known", () => {
    const [none, ten] = [
      { count: 3, limit: Infinity },
      { count: 0, limit: 10 },
    ];
    expect([expectedImages(64, 300, [none]), expectedImages(0, 300, [ten])]).toEqual([300, 300]);
  });
  test("is where the slowest base reaches its limit, in whole chunks", () => {
    const found = (limit: number, ...counts: number[]) => counts.map((count) => ({ count, limit }));
    expect(expectedImages(64, 3000, found(60, 32, 16))).toBe(256);
    expect(expectedImages(64, 3000, found(10, 32, 16))).toBe(64);
    expect(expectedImages(64, 3000, found(10, 32, 0))).toBe(3000);
  });
});
