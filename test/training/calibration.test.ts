import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { auroc } from "../../src/statistics/auroc.ts";
import { calibratedLoss, calibrationOf, crossJudged, labelled } from "../../src/training/calibration.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Of an even number of values. */
const medianOf = (values: readonly number[]) => {
  const [low = 0, high = 0] = [...values].sort((a, b) => a - b).slice(values.length / 2 - 1);
  return (low + high) / 2;
};

describe("calibration", () => {
  test("finds the temperature and offset that labels were drawn by", () => {
    const random = createRandom("temperature");
    const logits = Array.from({ length: 20000 }, () => 6 * random.normal());
    // True logit: 0.25·x. Both kinds are as frequent, so that weighing them alike changes nothing.
    const labels = logits.map((logit) => (random.uniform() < sigmoid(0.25 * logit) ? 1 : 0));
    const { slope, term } = calibrationOf({ logits, labels });
    expect(slope).toBeCloseTo(0.25, 1);
    expect(term).toBeCloseTo(0, 1);
  });

  test.each([20, 200, 4000])(
    "of %i separable labels leaves half of the logits below 5, and below log(n + 1)",
    (count) => {
      const random = createRandom(count);
      const labels = Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 1 : 0) as 0 | 1);
      const logits = labels.map((label) => (label === 1 ? 40 : -40) + random.normal());
      const { slope, term } = calibrationOf({ logits, labels });
      const usual = medianOf(logits.map((logit) => Math.abs(slope * logit + term)));
      expect(usual).toBeLessThanOrEqual(Math.min(5, Math.log(count / 4 + 1)) + 1e-6);
      expect(usual).toBeGreaterThan(1);
    },
  );

  test("turns no order round, and leaves a lone kind as it is", () => {
    const labels = [0, 1, 0, 1, 0, 1] as const;
    expect(calibrationOf({ logits: [3, -3, 2, -2, 1, -1], labels }).slope).toBeGreaterThan(0);
    expect(calibrationOf({ logits: [1, 2], labels: [1, 1] })).toEqual({ slope: 1, term: 0 });
  });

  test("has no loss from targets of one kind, and passes over missing labels", () => {
    const two = { logits: [-1, 1, 0.5, -2, 7], labels: [0, 1, 0, 1, undefined] };
    const one = { logits: [9, 9, 9, 9, 9], labels: [0, 0, 0, 0, 0] };
    expect(labelled(two)).toEqual({ logits: [-1, 1, 0.5, -2], labels: [0, 1, 0, 1] });
    expect(calibratedLoss([two, one])).toBe(calibratedLoss([two]));
  });
});

describe("an AUROC on pictures that also said when to stop", () => {
  test("is that of the logits where there was one moment only", () => {
    const random = createRandom("auroc");
    const labels = Array.from({ length: 400 }, (_, i) => i % 2);
    // Halves are even and odd places: labels of both kinds in each.
    const mixed = labels.map((_, i) => Math.floor(i / 2) % 2);
    const logits = mixed.map((label) => 2 * label + random.normal());
    const [found] = crossJudged([[{ logits, labels: mixed }]]);
    const of = (kind: number) => logits.filter((_, i) => mixed[i] === kind);
    expect(found?.value).toBeCloseTo(auroc(of(1), of(0)) as number, 2);
  });

  test("is that of chance for noise, however many moments there were to choose from", () => {
    const random = createRandom("noise");
    const values: number[] = [];
    for (let trial = 0; trial < 60; trial++) {
      const labels = Array.from({ length: 40 }, (_, i) => Math.floor(i / 2) % 2);
      const moments = Array.from({ length: 30 }, () => [{ logits: labels.map(() => random.normal()), labels }]);
      values.push(crossJudged(moments)[0]?.value as number);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // 60 trials of 40 pictures: a standard error of .012. The best of 30 moments on the same pictures would have .68.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });
});
