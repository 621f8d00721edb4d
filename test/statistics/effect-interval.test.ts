import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { effectInterval, effectPValue } from "../../src/statistics/effect-interval.ts";

const half = (interval: readonly [number, number] | undefined): number => {
  const [low, high] = interval as readonly [number, number];
  return (high - low) / 2;
};

test("is Student's over pictures with the bias of edits on top", () => {
  // t(0.975, 23) = 2.0687.
  const interval = effectInterval({ value: 0.4, standardError: 0.05, pictures: 24 }, 0.95);
  expect(half(interval)).toBeCloseTo(2.0687 * 0.05 + 0.02 + 0.05 * 0.4, 4);
  expect(((interval?.[0] ?? 0) + (interval?.[1] ?? 0)) / 2).toBeCloseTo(0.4, 12);
});

test("holds what both sides say where they disagree by more than pictures do", () => {
  const evidence = { value: 0.2, standardError: 0.01, pictures: 40, sides: [0.05, 0.35] } as const;
  const interval = effectInterval(evidence, 0.95) as readonly [number, number];
  expect(interval[0]).toBeLessThan(0.05);
  expect(interval[1]).toBeGreaterThan(0.35);
});

test("does not close with more pictures beyond what edits leave", () => {
  expect(half(effectInterval({ value: 0, standardError: 0, pictures: 10_000 }, 0.95))).toBeCloseTo(0.02, 12);
});

test("is undefined of one picture", () => {
  expect(effectInterval({ value: 0.4, standardError: 0, pictures: 1 }, 0.95)).toBeUndefined();
});

test("has a p below a level exactly where the interval of that level lies beyond what is allowed", () => {
  const random = createRandom("effect p");
  for (let i = 0; i < 500; i++) {
    const value = 2 * random.uniform() - 1;
    const sides = [value + 0.2 * random.uniform(), value - 0.2 * random.uniform()] as const;
    const evidence = {
      ...{ value, standardError: 0.2 * random.uniform(), pictures: 2 + Math.floor(40 * random.uniform()) },
      ...(i % 2 === 0 ? { sides } : {}),
    };
    const [low, high] = [-0.1, i % 3 === 0 ? 0.3 : 0.1];
    const level = 0.2 * random.uniform();
    const [start, end] = effectInterval(evidence, 1 - level) as readonly [number, number];
    expect((effectPValue(evidence, [low, high]) as number) < level).toBe(start > high || end < low);
  }
});

test("has p 0 where pictures leave no doubt, 1 where only the bias of edits reaches back, and none of one picture", () => {
  const sure = { value: 0.4, standardError: 0, pictures: 10 };
  expect(effectPValue(sure, [-0.1, 0.1])).toBe(0);
  expect(effectPValue({ ...sure, value: 0.12 }, [-0.1, 0.1])).toBe(1);
  expect(effectPValue({ ...sure, pictures: 1 }, [-0.1, 0.1])).toBeUndefined();
});
