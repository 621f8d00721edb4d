import t from "@stdlib/stats-base-dists-t";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { meanEstimate } from "../../src/statistics/mean-estimate.ts";
import { ratioOfMeans } from "../../src/statistics/ratio-of-means.ts";
import { createResamples } from "../../src/statistics/resamples.ts";

const options = { confidence: 0.95, minEffect: 0.1 };
const resamples = () => createResamples(createRandom(1), 2000);

test("a ratio of means weighs images by how far the base moved", () => {
  const ratio = ratioOfMeans(Float64Array.from([0.1, 0.3]), Float64Array.from([0.2, 0.3]), resamples(), options);
  expect(ratio?.value).toBeCloseTo(0.8, 12);
});

test("over equal denominators it is the mean estimate", () => {
  const random = createRandom("ratio");
  const values = Float64Array.from({ length: 40 }, () => 0.3 + 0.2 * random.normal());
  const ratio = ratioOfMeans(
    values.map((value) => -0.6 * value),
    values.map(() => -0.6),
    resamples(),
    options,
  );
  const { value, ci } = meanEstimate(values, resamples(), options);
  expect(ratio?.value).toBeCloseTo(value, 12);
  expect(ratio?.ci?.[0]).toBeCloseTo(ci[0], 10);
  expect(ratio?.ci?.[1]).toBeCloseTo(ci[1], 10);
});

test("on many pairs the interval is that of the delta method", () => {
  const random = createRandom("delta");
  const denominators = Float64Array.from({ length: 500 }, () => -0.4 - 0.3 * random.uniform());
  const numerators = denominators.map((value) => 0.5 * value + 0.1 * random.normal());
  const ratio = ratioOfMeans(numerators, denominators, resamples(), options);
  const [n, d] = [numerators, denominators].map((values) => values.reduce((sum, value) => sum + value, 0) / 500) as [
    number,
    number,
  ];
  const covariance = (xs: Float64Array, ys: Float64Array, x: number, y: number): number =>
    xs.reduce((sum, value, i) => sum + (value - x) * ((ys[i] as number) - y), 0) / 499;
  // Variance of n/d by the delta method, from variances and covariance rather than residuals.
  const variance =
    (covariance(numerators, numerators, n, n) / d ** 2 -
      (2 * n * covariance(numerators, denominators, n, d)) / d ** 3 +
      (n ** 2 * covariance(denominators, denominators, d, d)) / d ** 4) /
    500;
  const half = t.quantile(0.975, 499) * Math.sqrt(variance);
  expect(ratio?.ci?.[0]).toBeCloseTo(n / d - half, 2);
  expect(ratio?.ci?.[1]).toBeCloseTo(n / d + half, 2);
});

test("there is no ratio without movement and no interval where the base may not move at all", () => {
  expect(ratioOfMeans(new Float64Array(0), new Float64Array(0), resamples(), options)).toBeUndefined();
  expect(ratioOfMeans(Float64Array.from([0.1, 0.2]), new Float64Array(2), resamples(), options)).toBeUndefined();
  const wavering = ratioOfMeans(
    Float64Array.from([0.1, 0.2, 0.1]),
    Float64Array.from([0.5, -0.4, 0.1]),
    resamples(),
    options,
  );
  expect(wavering?.value).toBeCloseTo(2, 10);
  expect(wavering?.ci).toBeUndefined();
});
