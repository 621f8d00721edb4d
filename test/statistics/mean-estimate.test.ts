import t from "@stdlib/stats-base-dists-t";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { meanEstimate } from "../../src/statistics/mean-estimate.ts";
import { createResamples } from "../../src/statistics/resamples.ts";
import { coverage, shapes } from "./simulation.ts";

const options = { confidence: 0.95, minEffect: 0.1 };
const resamples = (seed = 1, count = 2000) => createResamples(createRandom(seed), count);
const sample = (count: number, seed = "sample"): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => 0.4 + 0.3 * random.normal());
};

test("mean and standard error are those of the textbook", () => {
  const estimate = meanEstimate(Float64Array.from([1, 2, 3, 6]), resamples(), options);
  expect(estimate.value).toBe(3);
  // Deviations −2, −1, 0, 3: variance 14/3, over 4 values.
  expect(estimate.standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
});

test("on many normal values the interval is Student's", () => {
  const values = sample(400);
  const { value, standardError, ci, method } = meanEstimate(values, resamples(1, 8000), options);
  const half = t.quantile(0.975, 399) * standardError;
  expect(method).toBe("bootstrap-t");
  expect(ci[0]).toBeCloseTo(value - half, 2);
  expect(ci[1]).toBeCloseTo(value + half, 2);
});

test("on skewed values the interval reaches further to the side of the tail", () => {
  const random = createRandom("skewed");
  const values = Float64Array.from({ length: 30 }, () => -Math.log(1 - random.uniform()));
  const { value, ci } = meanEstimate(values, resamples(), options);
  expect(ci[1] - value).toBeGreaterThan(1.1 * (value - ci[0]));
});

test("the same seed gives the same figures, whatever was estimated before", () => {
  const alone = meanEstimate(sample(37), resamples(), options);
  const used = resamples();
  meanEstimate(sample(120), used, options);
  meanEstimate(sample(20), used, options);
  expect(meanEstimate(sample(37), used, options)).toEqual(alone);
  expect(meanEstimate(sample(37), resamples(2), options)).not.toEqual(alone);
});

test("Student's t takes over where resamples lose what varies", () => {
  const values = Float64Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0));
  const { value, standardError, ci, method } = meanEstimate(values, resamples(), options);
  const half = t.quantile(0.975, 19) * standardError;
  expect(method).toBe("student");
  expect(ci[0]).toBeCloseTo(value - half, 12);
  expect(ci[1]).toBeCloseTo(value + half, 12);
});

test("values that do not vary have an interval of no width", () => {
  const same = meanEstimate(
    Float64Array.from({ length: 12 }, () => 0.5),
    resamples(),
    options,
  );
  expect(same.ci).toEqual([0.5, 0.5]);
  expect(same).toMatchObject({ pValue: 0, equivalence: 1 });
  expect(meanEstimate(new Float64Array(12), resamples(), options)).toMatchObject({ pValue: 1, equivalence: 0 });
});

test("interval and p-values never disagree, at any confidence: they are read from one curve", () => {
  const drawn = resamples();
  for (const confidence of [0.8, 0.9, 0.95, 0.98, 0.99, 0.9995]) {
    for (const [shape, count] of [
      [shapes.normal, 12],
      [shapes.skewed, 25],
      [shapes.veryskewed, 60],
      [shapes.rare, 20],
      [shapes.skewed, 600],
    ] as const) {
      const random = createRandom(`one curve/${shape.name}/${count}`);
      for (let trial = 0; trial < 60; trial++) {
        const center = 0.6 * (random.uniform() - 0.5);
        const values = Float64Array.from({ length: count }, () => center + 0.2 * (shape.draw(random) - shape.mean));
        const { ci, pValue, equivalence } = meanEstimate(values, drawn, { confidence, minEffect: 0.1 });
        expect(ci[0] > 0.1 || ci[1] < -0.1).toBe(pValue <= 1 - confidence);
        expect(ci[0] > -0.1 && ci[1] < 0.1).toBe(equivalence <= (1 - confidence) / 2);
      }
    }
  }
});

test("the p of equivalence is that of two one-sided tests: on many normal values Student's", () => {
  const values = sample(400).map((value) => value - 0.36);
  const { value, standardError, equivalence } = meanEstimate(values, resamples(1, 8000), options);
  const [above, below] = [(value + 0.1) / standardError, (0.1 - value) / standardError];
  expect(equivalence).toBeCloseTo(Math.max(t.cdf(-above, 399), t.cdf(-below, 399)), 3);
  expect(meanEstimate(sample(40), resamples(), options).equivalence).toBeGreaterThan(0.99);
});

test("p mirrors with the sign of the values", () => {
  const values = sample(40);
  const { pValue, ci } = meanEstimate(values, resamples(), options);
  const mirrored = meanEstimate(
    values.map((value) => -value),
    resamples(),
    options,
  );
  expect(mirrored.pValue).toBeCloseTo(pValue, 12);
  expect(mirrored.ci[0]).toBeCloseTo(-ci[1], 12);
});

test("p falls far below one over the number of resamples, and never below Student's for normal values", () => {
  const values = sample(60);
  const { value, standardError, pValue } = meanEstimate(values, resamples(), options);
  const student = 2 * t.cdf(-(value - 0.1) / standardError, 59);
  expect(pValue).toBeLessThan(1e-5);
  expect(pValue).toBeGreaterThan(student);
});

test("p falls steadily as the mean rises, through the seam between counted and fitted tail", () => {
  const drawn = resamples();
  const values = sample(40).map((value) => value - 0.4);
  let last = 1;
  for (let shift = 0.1; shift < 0.6; shift += 0.01) {
    const { pValue } = meanEstimate(
      values.map((value) => value + shift),
      drawn,
      options,
    );
    expect(pValue).toBeLessThanOrEqual(last + 2 / 2001);
    last = pValue;
  }
  expect(last).toBeLessThan(1e-5);
});

test("intervals cover as often as they say (a small version of scripts/measure/simulate-statistics.ts)", () => {
  const seed = "coverage-test";
  for (const [shape, least, most] of [
    [shapes.normal, 0.93, 0.97],
    [shapes.skewed, 0.92, 1],
    [shapes.bimodal, 0.92, 1],
  ] as const) {
    const { covered } = coverage({ shape, count: 20, cells: 500, resamples: 1000, seed });
    const doubt = 2 * Math.sqrt((0.05 * 0.95) / 500);
    expect(covered, shape.name).toBeGreaterThanOrEqual(least - doubt);
    expect(covered, shape.name).toBeLessThanOrEqual(most + doubt);
  }
});

test("an end on the fitted tail is that of many more resamples, to a tenth of the interval", () => {
  const random = createRandom("tails");
  const samples = [
    Float64Array.from({ length: 20 }, () => random.normal()),
    Float64Array.from({ length: 60 }, () => Math.exp(random.normal())),
    Float64Array.from({ length: 60 }, () => (random.uniform() < 0.3 ? 1 : 0.02 * random.normal())),
  ];
  for (const values of samples) {
    const options = { confidence: 1 - 0.05 / 100, minEffect: 0.1 };
    const [few, many] = [2000, 80_000].map(
      (count) => meanEstimate(values, createResamples(createRandom(1), count), options).ci,
    ) as [readonly [number, number], readonly [number, number]];
    const width = many[1] - many[0];
    expect(Math.abs(few[0] - many[0]) / width).toBeLessThan(0.1);
    expect(Math.abs(few[1] - many[1]) / width).toBeLessThan(0.1);
  }
});
