import { describe, expect, test } from "vitest";
import { expectedImages, progressOf } from "../../src/run/run-progress.ts";
import type { WorkPlan } from "../../src/run/work-plan.ts";

const state = { chunks: [64, 64, 64, 10], limits: new Map(Object.entries({ a: 40, b: 40 })) };

function plan(looked: number, a: number, b: number): WorkPlan {
  const room = new Map<string, never>();
  return {
    commits: [],
    looked,
    found: new Map(Object.entries({ a, b })),
    next: { chunk: looked / 64, images: 64, commit: undefined, room, ahead: undefined },
  };
}

describe("progress", () => {
  test("counts the images and counterfactuals before the next work, and expects the rest as they went", () => {
    expect(progressOf(plan(64, 30, 20), state)).toEqual({
      phase: "aligning",
      done: 64,
      total: 128,
      counterfactuals: 50,
    });
  });
  test("moves within a chunk by the share of its work", () => {
    const within = progressOf(plan(64, 30, 20), state, { share: 0.3, counterfactuals: 7 });
    expect([within.done, within.counterfactuals]).toEqual([64 + 19, 57]);
  });
  test("ends at what was looked at", () => {
    expect(progressOf({ ...plan(128, 40, 40), next: undefined }, state)).toMatchObject({ done: 128, total: 128 });
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
