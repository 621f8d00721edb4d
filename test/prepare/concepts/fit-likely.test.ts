import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { fitLikely } from "../../../src/prepare/concepts/fit-likely.ts";

/** Rows of six numbers, and how likely each is by a logit of twice the first. */
function rows(count: number, sharp: boolean) {
  const random = createRandom("likely");
  const size = 6;
  const features = Float64Array.from({ length: count * size }, () => random.normal());
  const likely = Array.from({ length: count }, (_, row) => {
    const value = 1 / (1 + Math.exp(-2 * (features[row * size] as number)));
    return sharp ? Math.round(value) : value;
  });
  return { features, size, likely };
}

test("probabilities are given back as they were: their slope, and no other number", () => {
  const { fit } = fitLikely(rows(2000, false));
  expect(fit.weights[0]).toBeCloseTo(2, 1);
  for (const weight of fit.weights.slice(1)) expect(Math.abs(weight)).toBeLessThan(0.05);
  expect(Math.abs(fit.intercept)).toBeLessThan(0.1);
});

test("labels without doubt give no more certainty than so many rows allow", () => {
  const own = rows(200, true);
  const { fit } = fitLikely(own);
  const sizes = own.likely.map((_, row) =>
    Math.abs(
      fit.intercept + fit.weights.reduce((sum, weight, i) => sum + weight * (own.features[row * 6 + i] as number), 0),
    ),
  );
  sizes.sort((a, b) => a - b);
  expect(sizes[100]).toBeLessThan(1.05 * Math.log(101));
});
