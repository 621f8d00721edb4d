import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { logisticRegression } from "../../src/statistics/logistic.ts";
import { type OffsetRows, ridgeLogistic } from "../../src/statistics/ridge-logistic.ts";

const random = createRandom("ridge logistic");

function sample(count: number, size: number, slope = 1): OffsetRows {
  const features = Float64Array.from({ length: count * size }, () => random.normal());
  const labels = Array.from({ length: count }, (_, row): 0 | 1 => {
    const logit = slope * ((features[row * size] as number) - 0.5 * (features[row * size + 1] as number));
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { features, size, labels };
}

/** ∂/∂x of the mean loss and the penalty, written out anew. */
function gradientAt(rows: OffsetRows, penalty: number, weights: ArrayLike<number>, intercept: number): number[] {
  const { features, size, labels, offsets, importance } = rows;
  const slopes = labels.map((label, row) => {
    const own = Array.from({ length: size }, (_, i) => (weights[i] as number) * (features[row * size + i] as number));
    const logit = own.reduce((sum, value) => sum + value, intercept + (offsets?.[row] ?? 0));
    return (importance?.[row] ?? 1 / labels.length) * (1 / (1 + Math.exp(-logit)) - label);
  });
  const along = Array.from({ length: size }, (_, i) =>
    slopes.reduce(
      (sum, slope, row) => sum + slope * (features[row * size + i] as number),
      penalty * (weights[i] as number),
    ),
  );
  return [...along, slopes.reduce((sum, slope) => sum + slope, 0)];
}

describe("a ridge logistic regression", () => {
  test("equals the one by whole Newton steps where both classes are as large", () => {
    const rows = sample(200, 4);
    const ones = rows.labels.filter((label) => label === 1).length;
    const importance = rows.labels.map((label) => 0.5 / (label === 1 ? ones : rows.labels.length - ones));
    const fit = ridgeLogistic({ ...rows, importance }, 0.05);
    const other = logisticRegression(rows, 0.05);
    [...fit.weights, fit.intercept].forEach((value, i) => {
      expect(value).toBeCloseTo([...other.weights, other.intercept][i] as number, 5);
    });
  });

  test.each([
    ["few numbers", 150, 5, 1],
    ["more numbers than rows", 60, 300, 1],
    ["separable labels", 40, 6, 1000],
  ])("has no gradient left at its end: %s, with offsets", (_, count, size, slope) => {
    const rows = sample(count, size, slope);
    const offsets = rows.labels.map(() => random.normal());
    const { weights, intercept } = ridgeLogistic({ ...rows, offsets }, 0.01);
    for (const value of gradientAt({ ...rows, offsets }, 0.01, weights, intercept)) {
      expect(Math.abs(value)).toBeLessThan(1e-6);
    }
  });

  test("ends where it was begun elsewhere", () => {
    const rows = sample(100, 3);
    const from = { weights: Float64Array.from([5, -5, 2]), intercept: 3 };
    const [one, other] = [ridgeLogistic(rows, 0.01), ridgeLogistic(rows, 0.01, from)];
    one.weights.forEach((value, i) => {
      expect(value).toBeCloseTo(other.weights[i] as number, 4);
    });
  });
});
