import { expect, test } from "vitest";
import { effectInterval } from "../../src/statistics/effect-interval.ts";

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
