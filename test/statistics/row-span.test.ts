import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type LabelledRows, logisticRegression, logits } from "../../src/statistics/logistic.ts";
import { rowSpan } from "../../src/statistics/row-span.ts";

function drawn(count: number, size: number): LabelledRows {
  const random = createRandom("span");
  return {
    features: Float64Array.from({ length: count * size }, () => random.normal()),
    size,
    labels: Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  };
}

test("a fit in the span of its rows is the fit to all of their numbers", () => {
  const rows = drawn(12, 40);
  const whole = logisticRegression(rows, 0.01);
  const spanned = rowSpan(rows);
  if (spanned === undefined) throw new Error("expected a span");
  expect(spanned.rows.size).toBe(12);
  const found = spanned.back(logisticRegression(spanned.rows, 0.01));
  found.weights.forEach((weight, i) => {
    expect(weight).toBeCloseTo(whole.weights[i] as number, 6);
  });
  expect(found.intercept).toBeCloseTo(whole.intercept, 6);
  // Also of rows that it has not seen.
  const others = drawn(30, 40).features.subarray(12 * 40);
  logits(found, others).forEach((logit, i) => {
    expect(logit).toBeCloseTo(logits(whole, others)[i] as number, 5);
  });
});

test("there is none of rows that are many, or that depend on each other", () => {
  expect(rowSpan(drawn(40, 40))).toBeUndefined();
  const { features, size, labels } = drawn(12, 40);
  features.copyWithin(0, size, 2 * size);
  expect(rowSpan({ features, size, labels })).toBeUndefined();
});
