import { expect, test } from "vitest";
import { decisions } from "../../../src/audit/cells/presence.ts";
import { partialRegressions } from "../../../src/audit/decomposition/partial.ts";
import { createRandom } from "../../../src/base/random.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { exampleRun } from "../example-run.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A run whose predictions on the input are the sigmoids of some logits. */
function runOf(logits: Readonly<Record<string, (image: number) => number>>, count: number): RunData {
  const images = Array.from({ length: count }, (_, image) => image);
  return {
    ...exampleRun({ bases: ["base"], downstream: Object.keys(logits), count: 1 }),
    conceptSets: { base: Object.keys(logits).filter((name) => name !== "base") },
    predictions: images.flatMap((image) =>
      Object.entries(logits).map(([classifier, logit]) => ({
        image: `${image}`,
        classifier,
        input: sigmoid(logit(image)),
        reconstruction: 0.5,
      })),
    ),
  };
}

const random = createRandom("partial");
const values = (): number[] => Array.from({ length: 400 }, () => random.normal());
const [first, noise, own] = [values(), values(), values()] as [number[], number[], number[]];
/** Goes with the first, as beard goes with glasses. */
const companion = first.map((value, i) => 0.9 * value + 0.4 * (noise[i] as number));

const at = (list: readonly number[]) => (image: number) => list[image] as number;

test("a feature that only goes with the one that counts has a coefficient near zero", () => {
  const run = runOf(
    { base: (image) => 2 * at(first)(image) + 0.5 * at(own)(image), first: at(first), companion: at(companion) },
    400,
  );
  const [row] = partialRegressions(run, decisions(run)) ?? [];
  const [one, two] = (row?.coefficients ?? []).map(({ coefficient }) => coefficient);
  // Of unit variance on both sides: 2/√4.25.
  expect(one).toBeGreaterThan(0.85);
  expect(Math.abs(two ?? 1)).toBeLessThan(0.12);
  expect(row?.explained).toBeCloseTo(4 / 4.25, 1);
  expect(row?.count).toBe(400);
});

test("coefficients solve the penalised normal equations of the standardized logits", () => {
  const base = first.map((value, i) => value - (companion[i] as number) + 0.3 * (own[i] as number));
  const run = runOf({ base: at(base), first: at(first), companion: at(companion) }, 400);
  const [row] = partialRegressions(run, decisions(run)) ?? [];
  const standard = (list: readonly number[]): number[] => {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    const spread = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1));
    return list.map((value) => (value - mean) / spread);
  };
  const [y, a, b] = [standard(base), standard(first), standard(companion)] as [number[], number[], number[]];
  const [p = 0, q = 0] = (row?.coefficients ?? []).map(({ coefficient }) => coefficient);
  // Σ x (y − p·a − q·b) = α·399·w, for both columns: the mean diagonal of unit columns is n − 1.
  for (const [x, w] of [
    [a, p],
    [b, q],
  ] as const) {
    const slope = y.reduce(
      (sum, value, i) => sum + (x[i] as number) * (value - p * (a[i] as number) - q * (b[i] as number)),
      0,
    );
    expect(slope).toBeCloseTo((row?.alpha ?? 0) * 399 * w, 6);
  }
});

test("is null for a run without concept sets, and empty for too few images or a base that does not vary", () => {
  const plain = exampleRun();
  expect(partialRegressions(plain, decisions(plain))).toBeNull();
  const few = runOf({ base: at(first), first: at(first) }, 9);
  expect(partialRegressions(few, decisions(few))).toEqual([]);
  const still = runOf({ base: () => 1, first: at(first) }, 50);
  expect(partialRegressions(still, decisions(still))).toEqual([]);
});

test("a saturated prediction counts as far as float64 tells it from 1, in both directions", () => {
  const saturated = first.map((value) => (value > 0 ? 800 : -800));
  const run = runOf({ base: at(saturated), first: at(first) }, 400);
  const [row] = partialRegressions(run, decisions(run)) ?? [];
  expect(row?.coefficients[0]?.coefficient).toBeGreaterThan(0.7);
  expect(row?.coefficients[0]?.coefficient).toBeLessThan(0.85);
});
