import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { bestThreshold, matchedThreshold, performanceOf, type Scored } from "../../src/rectify/performance.ts";

const random = createRandom("performance");
/** Predictions rounded so that ties occur. */
function sample(count: number): Scored[] {
  return Array.from({ length: count }, () => {
    const positive = random.uniform() < 0.4;
    const prediction = Math.round(10 * (random.uniform() + (positive ? 0.4 : 0))) / 10;
    return { prediction, positive, feature: random.uniform() < 0.3 };
  });
}

const accuracy = (scored: readonly Scored[], threshold: number): number =>
  scored.filter(({ prediction, positive }) => prediction >= threshold === positive).length / scored.length;

describe("the best threshold", () => {
  test("is as accurate as the best of all that differ", () => {
    for (let trial = 0; trial < 50; trial++) {
      const scored = sample(1 + random.integer(40));
      const tried = [-9, 9, ...scored.flatMap(({ prediction }) => [prediction, prediction + 1e-3])];
      const best = Math.max(...tried.map((threshold) => accuracy(scored, threshold)));
      expect(accuracy(scored, bestThreshold(scored, 0.5))).toBe(best);
    }
  });

  test("stays where it is preferred when nothing is gained by moving", () => {
    const scored = [0.1, 0.2, 0.8, 0.9].map((prediction) => ({
      prediction,
      positive: prediction > 0.5,
      feature: undefined,
    }));
    expect(bestThreshold(scored, 0.5)).toBe(0.5);
    expect(bestThreshold(scored, 0.7)).toBe(0.7);
    expect(bestThreshold(scored, 0.05)).toBe(0.5);
  });
});

test("a matched threshold calls as many positive as asked for", () => {
  const predictions = [0.3, -0.2, 0.7, 0.1, 0.5];
  for (const count of [0, 1, 2, 3, 4, 5]) {
    const threshold = matchedThreshold(predictions, count, 0.5);
    expect(predictions.filter((prediction) => prediction >= threshold)).toHaveLength(count);
  }
  expect(matchedThreshold([0.4, 0.6], 1, 0.5)).toBe(0.5);
});

test("performance is what counting gives", () => {
  const scored = sample(300);
  const { accuracy: overall, auroc, groups, worstGroup } = performanceOf(scored, 0.6);
  expect(overall).toBe(accuracy(scored, 0.6));
  let [pairs, won] = [0, 0];
  for (const a of scored.filter(({ positive }) => positive)) {
    for (const b of scored.filter(({ positive }) => !positive)) {
      pairs++;
      won += a.prediction > b.prediction ? 1 : a.prediction === b.prediction ? 0.5 : 0;
    }
  }
  expect(auroc).toBeCloseTo(won / pairs, 12);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  const own = groups.map(({ positive, feature }) =>
    accuracy(
      scored.filter((image) => image.positive === positive && image.feature === feature),
      0.6,
    ),
  );
  expect(groups.map((group) => group.accuracy)).toEqual(own);
  expect(worstGroup).toBe(Math.min(...own));
});

test("a group of four images is no worst case, and labels that are all the same have no AUROC", () => {
  const yes = (feature: boolean, prediction: number): Scored => ({ prediction, positive: true, feature });
  const scored = [...Array<Scored>(5).fill(yes(true, 0.9)), ...Array<Scored>(4).fill(yes(false, 0.1))];
  expect(performanceOf(scored, 0.5)).toMatchObject({ auroc: null, worstGroup: 1 });
});
