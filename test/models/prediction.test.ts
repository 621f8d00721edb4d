import { describe, expect, it } from "vitest";
import { isPositive, rangeOf, read } from "../../src/models/prediction.ts";
import type { Activation, Classifier, ClassifierModel } from "../../src/models/types.ts";
import { sigmoid } from "./linear-models.ts";

function model(name: string, activation: Activation, targets: readonly string[]): ClassifierModel {
  const graph = { name, inputs: [], outputs: [], nodes: [], initializers: new Map() };
  const logits = () => Promise.reject(new Error("not asked"));
  const image = { channels: 1, height: 1, width: 1 } as const;
  return {
    name,
    targets,
    hash: name,
    activation,
    image,
    graph: { graph, weights: new Map() },
    logits,
    gradients: logits,
    linearized: logits,
  };
}

const a = model("a", "sigmoid", ["x", "y"]);
const s = model("s", "softmax", ["p", "q", "r"]);

function sum(...terms: readonly (readonly [number, ClassifierModel, number])[]): Classifier {
  return {
    name: "sum",
    terms: terms.map(([coefficient, of, target]) => ({ coefficient, model: of, target, name: "term" })),
  };
}

describe("a prediction", () => {
  it("is the sum of its terms, each after its own head (Eq. 4)", () => {
    const outputs = (m: ClassifierModel): number[] => (m === a ? [1, -2] : [0.5, 1.5, -1]);
    const softmax = Math.exp(1.5) / (Math.exp(0.5) + Math.exp(1.5) + Math.exp(-1));
    const { prediction, logit } = read(sum([1, a, 0], [0.3, a, 1], [-0.5, s, 1]), outputs);
    const expected = sigmoid(1) + 0.3 * sigmoid(-2) - 0.5 * softmax;
    expect(prediction).toBeCloseTo(expected, 14);
    // lo = −0.5, hi = 1.3
    const share = (expected + 0.5) / 1.8;
    expect(logit).toBeCloseTo(Math.log(share / (1 - share)), 12);
  });

  it("keeps the logit of a single term whatever float64 makes of the prediction", () => {
    for (const value of [-800, -40, 0, 27.6, 40, 800]) {
      expect(read(sum([1, a, 0]), () => [value, 0]).logit).toBeCloseTo(value, 9);
    }
  });

  it("keeps the logit of a saturated sum: log(Σ|c|·share) of both sides", () => {
    const { logit, prediction } = read(sum([1, a, 0], [1, a, 1]), () => [50, 60]);
    expect(prediction).toBe(2);
    // 1 − v = (e^−50 + e^−60) / 2
    expect(logit).toBeCloseTo(-Math.log((Math.exp(-50) + Math.exp(-60)) / 2), 9);
  });

  it("ranges from the sum of negative coefficients to that of positive ones", () => {
    expect(rangeOf(sum([1, a, 0], [-0.5, a, 1], [0.25, s, 0]))).toEqual({ low: -0.5, high: 1.25 });
  });
});

describe("an image", () => {
  it("is positive from 0.5 on for a sigmoid", () => {
    expect(isPositive(sum([1, a, 0]), () => [0, 0])).toBe(true);
    expect(isPositive(sum([1, a, 0]), () => [-1e-6, 0])).toBe(false);
    expect(isPositive(sum([1, a, 0]), () => [0, 0], 0.6)).toBe(false);
  });

  it("is positive at the arg max for a softmax, also below 0.5", () => {
    expect(isPositive(sum([1, s, 0]), () => [0.2, 0.1, 0])).toBe(true);
    expect(isPositive(sum([1, s, 1]), () => [0.2, 0.1, 0])).toBe(false);
    expect(isPositive(sum([1, s, 0]), () => [0.2, 0.1, 0], 0.6)).toBe(false);
  });
});
