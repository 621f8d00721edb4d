import { describe, expect, test } from "vitest";
import { compare } from "../../bench/compare.ts";
import { jackknifeInterval, perfectInterval } from "../../bench/jackknife.ts";
import type { Method } from "../../bench/method.ts";
import type { Question } from "../../bench/question.ts";
import type { PlantedScore } from "../../bench/schema.ts";
import type { Subject } from "../../bench/subjects.ts";
import { createRandom, type Random } from "../../src/base/random.ts";

const features = Array.from({ length: 8 }, (_, k) => `f${k}`);
const [models, pictures, worlds] = [3, 20, 150];

interface World {
  readonly pairs: number;
  /** How well the used feature of a pair shows, in standard deviations of a single picture. */
  readonly strength: (random: Random) => number;
}

/** Models of some feature pairs, of which each uses its first feature, and a method that is a mean over pictures. */
function scoresIn({ pairs, strength }: World, random: Random): readonly [PlantedScore, PlantedScore] {
  const effects = new Map(features.map((name) => [name, [] as number[]]));
  const shown: number[][][] = [];
  const subjects = Array.from({ length: pairs }, (_, pair) => pair).flatMap((pair) => {
    const used = strength(random);
    // What a picture says of a feature is much the same in all models of a pair.
    const shared = features.map(() => Array.from({ length: pictures }, () => random.normal()));
    return Array.from({ length: models }, (_, model): Subject => {
      const size = 0.2 + 0.1 * model;
      for (const [k, name] of features.entries()) effects.get(name)?.push(k === 0 ? size : 0.02 * random.normal());
      shown.push(
        shared.map((own, k) => own.map((noise) => (k === 0 ? used * (1 + size) : 0) + noise + 0.5 * random.normal())),
      );
      const classifier = { name: `${pair}/${model}` } as Subject["classifier"];
      return {
        ...{ classifier, family: "trained", kind: "planted", target: "target", feature: "f0" },
        ...{ strength: size, seed: 1, cluster: `${pair}` },
      };
    });
  });
  const question: Question = { world: "cartoon-faces", subjects, features, effects };
  const method: Method = {
    name: "mean",
    role: "method",
    images: () => Array.from({ length: pictures }, (_, i) => `${i}`),
    scores: (subject, draw) =>
      (shown[subject] ?? []).map((own) => {
        const some = draw(own.length);
        return some.reduce((sum, index) => sum + (own[index] as number), 0) / some.length;
      }),
  };
  const first = (count: number) => Int32Array.from({ length: Math.min(5, count) }, (_, i) => i);
  const few: Method = { ...method, name: "five pictures", scores: (subject) => method.scores(subject, first) };
  const scores = compare(question, "trained", [method, few], { falseAlarms: {}, stated: {}, intervals: true });
  return scores as [PlantedScore, PlantedScore];
}

/** Share of the intervals that hold the mean of all figures, and of those that hold their own. */
function coverage(figures: readonly PlantedScore["auroc"][]): { readonly truth: number; readonly own: number } {
  const mean = figures.reduce((sum, { value }) => sum + (value as number), 0) / figures.length;
  const share = (held: (figure: { value: number; ci: [number, number] }) => boolean): number => {
    const told = figures.flatMap(({ value, ci }) => (value === null || ci === null ? [] : [{ value, ci }]));
    return told.filter(held).length / told.length;
  };
  return {
    truth: share(({ ci: [low, high] }) => low <= mean && mean <= high),
    own: share(({ value, ci: [low, high] }) => low <= value && value <= high),
  };
}

describe("intervals of the benchmark", () => {
  test.each([
    ["four pairs", 4, (random: Random) => 0.4 + 0.2 * random.normal()],
    // Resamples of few pictures rank worse than the sample: percentiles of them held the truth in 68 to 85 of 100 here, and their own figure in 70 to 80.
    ["eighteen pairs that are alike", 18, () => 0.5],
    ["nine pairs, most of them ranked perfectly", 9, (random: Random) => (random.uniform() < 0.7 ? 2 : 0.4)],
  ])("hold their own figure, and the truth in at least 92 of 100: %s", (_, pairs, strength) => {
    const random = createRandom(`coverage/${pairs}`);
    const drawn = Array.from({ length: worlds }, () => scoresIn({ pairs, strength }, random));
    for (const figures of [drawn.map(([{ auroc: within }]) => within), drawn.map(([{ pearson }]) => pearson)]) {
      const { truth, own } = coverage(figures);
      expect(own).toBe(1);
      expect(truth).toBeGreaterThanOrEqual(0.92);
    }
    const behind = coverage(drawn.map(([, few]) => few.behind));
    expect(behind.own).toBe(1);
    expect(behind.truth).toBeGreaterThanOrEqual(0.92);
  });

  test("of a mean are Student's where one sample alone varies", () => {
    const values = [0.1, 0.4, 0.2, 0.5];
    const left = values.map((_, out) => values.filter((_, place) => place !== out).reduce((a, b) => a + b, 0) / 3);
    const interval = jackknifeInterval(0.3, [left, [0.3, 0.3, 0.3]], { scale: "difference", confidence: 0.95 });
    // s = √(0.1/3), t₃ = 3.182.
    const reach = (3.182446 * Math.sqrt(0.1 / 3)) / 2;
    expect(interval).toEqual([expect.closeTo(0.3 - reach, 6), expect.closeTo(0.3 + reach, 6)]);
  });

  test("stay within what their figure can be", () => {
    const [low, high] = jackknifeInterval(0.98, [[0.9, 1, 0.99]], { scale: "auroc", confidence: 0.95 }) ?? [];
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(1);
    const [least, most] =
      jackknifeInterval(-0.9, [[-0.5, -0.95, -1]], { scale: "correlation", confidence: 0.95 }) ?? [];
    expect(least).toBeGreaterThan(-1);
    expect(most).toBeLessThan(1);
  });

  test("are not there where nothing varies or a sample has one part", () => {
    const of = { scale: "auroc", confidence: 0.95 } as const;
    expect(jackknifeInterval(0.8, [[0.8, 0.8]], of)).toBeUndefined();
    expect(jackknifeInterval(0.8, [[0.7, 0.9], [0.8]], of)).toBeUndefined();
    expect(jackknifeInterval(1, [[0.9, 1]], of)).toBeUndefined();
  });

  test("of a perfect ranking leave room for pairs that were not seen: so many at chance make it perfect in 2.5 of 100", () => {
    for (const pairs of [3, 9, 30]) {
      const [low, high] = perfectInterval(pairs, 0.95);
      const failing = 1 - 0.025 ** (1 / pairs);
      expect(low).toBeCloseTo(1 - failing / 2, 9);
      expect(high).toBe(1);
    }
  });
});
