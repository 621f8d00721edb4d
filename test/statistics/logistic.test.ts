import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { balancedLoss, type LabelledRows, logisticRegression, logits } from "../../src/statistics/logistic.ts";

/** Labels drawn from a known line, rows of `size` normal numbers. */
function drawn(weights: readonly number[], intercept: number, count: number, seed = 1): LabelledRows {
  const random = createRandom(seed);
  const size = weights.length;
  const features = Float64Array.from({ length: count * size }, () => random.normal());
  const labels = Array.from({ length: count }, (_, row) => {
    const logit = weights.reduce((sum, weight, i) => sum + weight * (features[row * size + i] as number), intercept);
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { features, size, labels };
}

describe("a logistic regression", () => {
  test("has no slope left, by differences of the loss that it is said to minimise", () => {
    const rows = drawn([1, -2, 0.5], 1, 400);
    const penalty = 0.03;
    const fit = logisticRegression(rows, penalty);
    const loss = (weights: Float64Array, intercept: number): number =>
      balancedLoss(logits({ weights, intercept }, rows.features), rows.labels) +
      (penalty / 2) * weights.reduce((sum, weight) => sum + weight * weight, 0);
    const at = loss(fit.weights, fit.intercept);
    for (let i = 0; i <= 3; i++) {
      const moved = (by: number): number =>
        loss(
          fit.weights.map((weight, k) => (k === i ? weight + by : weight)),
          i === 3 ? fit.intercept + by : fit.intercept,
        );
      expect(Math.abs(moved(1e-4) - moved(-1e-4)) / 2e-4).toBeLessThan(1e-6);
      expect(moved(0.05)).toBeGreaterThan(at);
      expect(moved(-0.05)).toBeGreaterThan(at);
    }
  });

  test("finds the line that drew the labels; of rare ones the intercept is that of equally frequent ones", () => {
    const { weights, intercept } = logisticRegression(drawn([1.5, -1, 0], -3, 20_000), 1e-6);
    expect(weights[0]).toBeCloseTo(1.5, 0);
    expect((weights[0] as number) / (weights[1] as number)).toBeCloseTo(-1.5, 0);
    expect(Math.abs(weights[2] as number)).toBeLessThan(0.1);
    // Weighing classes alike moves the intercept by the log of their ratio: from −3 up to about −0.2.
    expect(intercept).toBeGreaterThan(-1);
  });

  test("of separable classes is finite", () => {
    const features = Float64Array.of(-2, -1, 1, 2);
    const { weights } = logisticRegression({ features, size: 1, labels: [0, 0, 1, 1] }, 1e-4);
    expect(weights[0]).toBeGreaterThan(3);
    expect(Number.isFinite(weights[0])).toBe(true);
  });

  test("is the same from any start", () => {
    const rows = drawn([1, -2, 0.5], 1, 200);
    const first = logisticRegression(rows, 0.01);
    const second = logisticRegression(rows, 0.01, { weights: Float64Array.of(40, 40, -40), intercept: -60 });
    first.weights.forEach((weight, i) => {
      expect(second.weights[i]).toBeCloseTo(weight, 5);
    });
    expect(second.intercept).toBeCloseTo(first.intercept, 5);
  });
});
