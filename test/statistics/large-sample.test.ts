import { expect, test } from "vitest";
import { createRandom, type Random } from "../../src/base/random.ts";
import { meanEstimate } from "../../src/statistics/mean-estimate.ts";
import { mean } from "../../src/statistics/moments.ts";
import { ratioOfMeans } from "../../src/statistics/ratio-of-means.ts";
import { createResamples } from "../../src/statistics/resamples.ts";

const options = { confidence: 0.95, minEffect: 0.1 };
const resamples = createResamples(createRandom(1), 2000);
const exponential = (random: Random): number => -Math.log(1 - random.uniform());
/** A base that uses a feature on three of ten images. */
const bimodal = (random: Random): number => (random.uniform() < 0.3 ? 1 : 0.05 * random.normal());
const drawn = (shape: (random: Random) => number, count: number, seed: string): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => shape(random));
};

/** Quantiles of a resampled ratio over its standard error, from many resamples; where all denominators are 1, of the studentized mean. */
function quantiles(residuals: Float64Array, denominators: Float64Array, shares: readonly number[]): number[] {
  const [random, count] = [createRandom("resamples"), residuals.length];
  const found = Float64Array.from({ length: 20_000 }, () => {
    const places = Array.from({ length: count }, () => random.integer(count));
    const sum = (of: (place: number) => number): number => places.reduce((total, place) => total + of(place), 0);
    const total = sum((place) => denominators[place] as number);
    const shift = sum((place) => residuals[place] as number) / total;
    const own = sum((place) => ((residuals[place] as number) - shift * (denominators[place] as number)) ** 2);
    return shift / (Math.sqrt((own * count) / (count - 1)) / Math.abs(total));
  }).sort();
  return shares.map((share) => found[Math.round((found.length + 1) * share) - 1] as number);
}

test.each([
  ["exponential", exponential],
  ["bimodal", bimodal],
] as const)("a large sample of %s values has the interval and p-value that many resamples give", (_, shape) => {
  const values = drawn(shape, 600, "large");
  const { value, standardError, ci, method } = meanEstimate(values, resamples, options);
  expect(method).toBe("large-sample");
  const center = mean(values);
  const [low, high, tail] = quantiles(
    values.map((one) => one - center),
    new Float64Array(600).fill(1),
    [0.025, 0.975, 0.998],
  ) as [number, number, number];
  expect((value - ci[1]) / standardError).toBeCloseTo(low, 1);
  expect((value - ci[0]) / standardError).toBeCloseTo(high, 1);
  // An effect of which one in 500 resamples is as far away on this side.
  const { pValue } = meanEstimate(values, resamples, { ...options, minEffect: value - tail * standardError });
  expect(pValue).toBeGreaterThan(0.002);
  expect(pValue).toBeLessThan(0.008);
});

test("the ratio of a large sample has the interval that many resamples give, on either side of zero", () => {
  const random = createRandom("denominators");
  for (const sign of [1, -1]) {
    const denominators = Float64Array.from({ length: 600 }, () => sign * (0.3 + 0.5 * random.uniform()));
    const numerators = drawn(exponential, 600, "ratio").map((one, i) => {
      const denominator = denominators[i] as number;
      return 0.3 * one * Math.abs(denominator) + 0.5 * denominator;
    });
    const { value, ci } = ratioOfMeans(numerators, denominators, resamples, options) as {
      value: number;
      ci: [number, number];
    };
    const residuals = numerators.map((one, i) => one - value * (denominators[i] as number));
    const squares = residuals.reduce((sum, one) => sum + one * one, 0);
    const total = Math.abs(denominators.reduce((sum, one) => sum + one, 0));
    const standardError = Math.sqrt((squares * 600) / 599) / total;
    const [low, high] = quantiles(residuals, denominators, [0.025, 0.975]) as [number, number];
    expect((value - ci[1]) / standardError).toBeCloseTo(low, 1);
    expect((value - ci[0]) / standardError).toBeCloseTo(high, 1);
  }
});

test("intervals of large skewed samples miss as often on either side as they may", () => {
  const missed = { below: 0, above: 0 };
  const trials = 4000;
  for (let trial = 0; trial < trials; trial++) {
    const { ci } = meanEstimate(drawn(exponential, 500, `trial/${trial}`), resamples, options);
    if (ci[0] > 1) missed.below += 1;
    if (ci[1] < 1) missed.above += 1;
  }
  // 2.5 % each, and three standard errors of a share of 4000 trials. Student's t misses 1.6 and 3.4 %.
  for (const count of Object.values(missed)) {
    expect(count / trials).toBeGreaterThan(0.0175);
    expect(count / trials).toBeLessThan(0.0325);
  }
});

test("p is at most 1 − confidence exactly where the interval lies beyond ± the smallest effect", () => {
  for (let trial = 0; trial < 300; trial++) {
    const shift = 0.1 + 0.12 * (createRandom(`shift/${trial}`).uniform() - 0.5);
    const values = drawn(exponential, 500, `p/${trial}`).map(
      (one) => 0.3 * (one - 1) + (trial % 2 === 0 ? shift : -shift),
    );
    const { ci, pValue } = meanEstimate(values, resamples, options);
    expect(pValue <= 0.05).toBe(ci[0] > 0.1 || ci[1] < -0.1);
  }
});

test("a sample that is small, or has a few values that stand apart, is resampled", () => {
  expect(meanEstimate(drawn(exponential, 499, "small"), resamples, options).method).toBe("bootstrap-t");
  const tiny = Float64Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 1e-110 : -1e-110));
  expect(meanEstimate(tiny, resamples, options).ci.some(Number.isNaN)).toBe(false);
  const rare = Float64Array.from({ length: 2000 }, (_, i) => (i % 200 === 0 ? 1 : 0.01 * Math.sin(i)));
  expect(meanEstimate(rare, resamples, options).method).toBe("bootstrap-t");
});
