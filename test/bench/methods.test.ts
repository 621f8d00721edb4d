import { describe, expect, test } from "vitest";
import { decompositionMethod, explained } from "../../bench/decomposition-method.ts";
import { everyImage, firstImages, withoutPart } from "../../bench/draws.ts";
import { correlationMethod, labelMethod, partialMethod, type Readout } from "../../bench/prediction-methods.ts";
import { type Movement, relativeChangeMethod } from "../../bench/relative-change-method.ts";
import { similarityMethod } from "../../bench/similarity-method.ts";
import type { Subject } from "../../bench/subjects.ts";
import { createRandom } from "../../src/base/random.ts";
import { type Decomposition, decompose } from "../../src/statistics/decompose.ts";

const identity = { name: "alignment", role: "method" } as const;

function movement(image: string, baseChange: number, before: number, after: number): Movement {
  return { image, baseChange, before: [before], after: [after], relativeChange: [(before - after) / baseChange] };
}

describe("relative change", () => {
  const movements = [
    [
      movement("a", 0.6, 0.9, 0.3),
      movement("b", 0.6, 0.9, 0.6),
      movement("c", 0.6, 0.8, 0.5),
      movement("d", 0.5, 0.1, 0.1),
      movement("e", 0.5, 0.1, 0.1),
      movement("f", 0.5, 0.1, 0.1),
      movement("g", 0.2, 0.9, 0.1),
    ],
  ];
  const score = (summary: "mean" | "ratio" | "present" | "strata", draw = everyImage) =>
    relativeChangeMethod(identity, movements, summary).scores(0, draw)[0];

  test("mean: over images that moved by more than 0.3", () => {
    expect(score("mean")).toBeCloseTo((1 + 0.5 + 0.5) / 6, 12);
  });

  test("ratio: of sums over all images", () => {
    expect(score("ratio")).toBeCloseTo((0.6 + 0.3 + 0.3 + 0.8) / (3 * 0.6 + 3 * 0.5 + 0.2), 12);
  });

  test("present: over images that have the feature; strata: the larger side", () => {
    expect(score("present")).toBeCloseTo(2 / 3, 12);
    expect(score("strata")).toBeCloseTo(2 / 3, 12);
  });

  test("says nothing where no image moved", () => {
    expect(
      relativeChangeMethod(identity, [[movement("a", 0.1, 0.9, 0.1)]], "mean").scores(0, everyImage)[0],
    ).toBeUndefined();
    expect(score("present", firstImages(2))).toBeUndefined();
  });
});

/** A subject whose logit is 2·first + 0·second + noise, where the features go together. */
function readings(count: number) {
  const random = createRandom("readings");
  const features: [number[], number[]] = [[], []];
  const own: number[] = [];
  for (let i = 0; i < count; i++) {
    const first = random.normal();
    features[0].push(first);
    features[1].push(0.8 * first + 0.6 * random.normal());
    own.push(2 * first + 0.1 * random.normal());
  }
  const readout = (logits: number[]): Readout => ({
    logits: Float64Array.from(logits),
    predictions: Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))),
  });
  return {
    images: own.map((_, i) => `${i}`),
    subjects: [readout(own)],
    features: features.map(readout),
    raw: { own, features },
  };
}

describe("readings of predictions", () => {
  test("correlation takes what goes together for use, the regression does not", () => {
    const all = readings(400);
    const [first = 0, second = 0] = correlationMethod(all, "pearson").scores(0, everyImage);
    expect(first).toBeGreaterThan(0.95);
    expect(second).toBeGreaterThan(0.7);
    const [used = 0, unused = 0] = partialMethod(all, 1e-4).scores(0, everyImage);
    expect(used).toBeGreaterThan(0.9);
    expect(Math.abs(unused)).toBeLessThan(0.03);
  });

  test("the regression solves its normal equations", () => {
    const { raw, ...all } = readings(50);
    const [a = 0, b = 0] = partialMethod(all, 0.1).scores(0, everyImage);
    const standard = (values: number[]): number[] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      return values.map((value) => (value - mean) / spread);
    };
    const own = standard(raw.own);
    const [x, y] = raw.features.map(standard) as [number[], number[]];
    // The slope of ‖own − a·x − b·y‖² + α·n·(a² + b²) is zero along both axes; the mean diagonal is n.
    const rest = own.map((value, i) => value - a * (x[i] as number) - b * (y[i] as number));
    const slope = (axis: number[], weight: number): number =>
      rest.reduce((sum, value, i) => sum + value * (axis[i] as number), 0) - 0.1 * own.length * weight;
    expect(slope(x, a)).toBeCloseTo(0, 8);
    expect(slope(y, b)).toBeCloseTo(0, 8);
  });

  test("label correlations are those of the recipe", () => {
    const planted = { family: "trained", feature: "hat", strength: 0.95 } as Subject;
    const control = { family: "trained", feature: undefined, strength: undefined } as Subject;
    const method = labelMethod([planted, control], ["beard", "hat"]);
    expect(method.scores(0, everyImage)).toEqual([0, 2 * 0.95 - 1]);
    expect(method.scores(1, everyImage)).toEqual([0, 0]);
  });
});

describe("decomposition", () => {
  // Two orthogonal concepts and one subject that is 3·first + 4·second, on two images.
  const gram = Float64Array.from([25, 3, 4, 3, 1, 0, 4, 0, 1]);
  const products = { images: [["a", "b"]], grams: [[gram, gram]], features: 2 };
  const plain = { alpha: 1e-9, minCosine: 0 };

  test("shares are those of a known mixture", () => {
    const method = decompositionMethod("decomposition", products, plain);
    const [first = 0, second = 0] = method.scores(0, everyImage);
    expect(first).toBeCloseTo(0.6, 6);
    expect(second).toBeCloseTo(0.8, 6);
  });

  test("is what decompose says by default", () => {
    const { shares } = decompose([gram, gram], { base: 0, concepts: [1, 2], resamples: 100 }) as Decomposition;
    expect(decompositionMethod("decomposition", products).scores(0, everyImage)).toEqual(
      shares.map(({ share }) => share),
    );
  });

  test("what a missing concept explained is not explained by the others", () => {
    // Of cosines 0.6 and 0.8, the 0.05 that a concept needs to have a weight is lost.
    expect(explained(products, 0, [0, 1])).toBeCloseTo(1 - 2 * 0.05 ** 2, 3);
    expect(explained(products, 0, [0])).toBeCloseTo(0.36 - 0.05 ** 2, 3);
  });
});

describe("similarity", () => {
  test("is a mean over the images that have one", () => {
    const method = similarityMethod(
      "saliency",
      ["a", "b"],
      [
        [
          [0.2, undefined],
          [0.4, 0.6],
        ],
      ],
    );
    expect(method.scores(0, everyImage)).toEqual([expect.closeTo(0.3, 12), 0.6]);
    expect(method.scores(0, firstImages(1))).toEqual([0.2, undefined]);
  });
});

describe("draws", () => {
  test("without a part leave every image out once; a single image stays", () => {
    const left = [0, 1, 2].map((part) => [...withoutPart(part, 3)(7)]);
    expect(left).toEqual([
      [1, 2, 4, 5],
      [0, 2, 3, 5, 6],
      [0, 1, 3, 4, 6],
    ]);
    expect([...withoutPart(0, 3)(1)]).toEqual([0]);
  });
});
