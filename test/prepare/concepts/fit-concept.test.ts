import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { fitConcept } from "../../../src/prepare/concepts/fit-concept.ts";
import { type LabelledRows, logits } from "../../../src/statistics/logistic.ts";
import { median } from "../../../src/statistics/moments.ts";

/** Rows of eight normal numbers; a label is whether the first is positive, or as likely as its logit of twice that says. */
function rows(count: number, seed: string, separable: boolean): LabelledRows {
  const random = createRandom(seed);
  const size = 8;
  const features = Float64Array.from({ length: count * size }, () => random.normal());
  const labels = Array.from({ length: count }, (_, row) => {
    const first = features[row * size] as number;
    return (separable ? first > 0 : random.uniform() < 1 / (1 + Math.exp(-2 * first))) ? 1 : 0;
  });
  return { features, size, labels };
}

test("separable labels give logits that the number of images allows, not certainty", () => {
  for (const count of [60, 300, 1200]) {
    const { fit, auroc } = fitConcept(rows(count, "own", true), rows(200, "held out", true));
    expect(auroc.value).toBeGreaterThan(0.95);
    const sizes = logits(fit, rows(400, "others", true).features).map(Math.abs);
    // n images of a kind say (n + 1)/(n + 2) at most: a logit of log(n + 1), a little more or less on others.
    expect(median(sizes)).toBeLessThan(1.2 * Math.log(count / 2 + 1));
    expect(median(sizes)).toBeGreaterThan(1);
  }
});

test("labels that overlap keep the slope that they have", () => {
  const { fit } = fitConcept(rows(4000, "own", false), rows(400, "held out", false));
  expect(fit.weights[0]).toBeGreaterThan(1.7);
  expect(fit.weights[0]).toBeLessThan(2.3);
  expect(Math.abs(fit.intercept)).toBeLessThan(0.2);
});
