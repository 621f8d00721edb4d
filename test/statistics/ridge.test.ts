import { describe, expect, test } from "vitest";
import { nonNegativeRidge } from "../../bench/non-negative-ridge.ts";
import { createRandom } from "../../src/base/random.ts";
import { summed, weightedSum } from "../../src/statistics/choose-alpha.ts";
import { type NormalEquations, ridge } from "../../src/statistics/ridge.ts";
import { sparseRidge } from "../../src/statistics/sparse-ridge.ts";

const size = 4;

/** Normal equations of a mixture with these weights plus noise; `together`: how much the concepts have in common. */
function equations(weights: readonly number[], together = 0.5): NormalEquations {
  const random = createRandom("ridge");
  const rows = Array.from({ length: 300 }, () => {
    const common = together * random.normal();
    const concepts = weights.map((_, k) => (k + 1) * (common + random.normal()));
    const own = concepts.reduce((sum, value, k) => sum + (weights[k] as number) * value, 0.5 * random.normal());
    return { concepts, own };
  });
  const sum = (value: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + value(row), 0);
  const each = weights.map((_, k) => k);
  return {
    gram: Float64Array.from(
      each.flatMap((a) => each.map((b) => sum(({ concepts }) => (concepts[a] as number) * (concepts[b] as number)))),
    ),
    along: Float64Array.from(each, (k) => sum(({ concepts, own }) => (concepts[k] as number) * own)),
    total: sum(({ own }) => own * own),
  };
}

/** Half the slope of the squared error and the ridge penalty at w, per weight. */
function slopes({ gram, along }: NormalEquations, alpha: number, w: Float64Array): number[] {
  const mean = Array.from(along, (_, k) => gram[k * size + k] as number).reduce((sum, value) => sum + value, 0) / size;
  return Array.from(along, (value, k) =>
    w.reduce(
      (sum, weight, j) => sum + weight * (gram[k * size + j] as number),
      alpha * mean * (w[k] as number) - value,
    ),
  );
}

describe("ridge regression", () => {
  test("under w ≥ 0 meets the conditions of the constrained minimum", () => {
    const all = equations([0.8, -0.6, 0.1, 0]);
    const w = nonNegativeRidge(all, 0.01) as Float64Array;
    expect(w[1]).toBe(0);
    slopes(all, 0.01, w).forEach((slope, k) => {
      expect(w[k]).toBeGreaterThanOrEqual(0);
      if ((w[k] as number) > 0) expect(Math.abs(slope)).toBeLessThan(1e-6 * all.total);
      else expect(slope).toBeGreaterThan(0);
    });
  });

  test.each([
    [0.01, 0.05, 0.5],
    [0.1, 0.2, 0.5],
    [0.001, 0.05, 5],
    [1, 0.02, 20],
  ])(
    "that is sparse meets the conditions of its minimum: α %d, cosine %d, concepts together %d",
    (alpha, minCosine, together) => {
      const all = equations([0.8, -0.6, 0.02, 0], together);
      const w = sparseRidge(all, alpha, minCosine) as Float64Array;
      slopes(all, alpha, w).forEach((slope, k) => {
        const least = minCosine * Math.sqrt(all.total * (all.gram[k * size + k] as number));
        if (w[k] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(least);
        else expect(slope + Math.sign(w[k] as number) * least).toBeCloseTo(0, 3);
      });
    },
  );

  test("that is sparse has the same weights wherever its search starts", () => {
    const all = equations([0.8, -0.6, 0.02, 0], 0.5);
    const cold = sparseRidge(all, 0.01, 0.05) as Float64Array;
    for (const near of [
      [0.8, -0.6, 0.02, 0],
      [-1, 2, 3, -4],
      [0, 0, 0.5, 0.5],
      [0, 0, 0, 0],
    ]) {
      const warm = sparseRidge(all, 0.01, 0.05, Float64Array.from(near)) as Float64Array;
      warm.forEach((value, k) => {
        expect(value).toBeCloseTo(cold[k] as number, 12);
        expect(value === 0).toBe(cold[k] === 0);
      });
    }
  });

  test("sums parts as often as they are drawn", () => {
    const parts = [equations([0.8, -0.6, 0.02, 0]), equations([0.1, 0.2, 0.3, 0.4], 3), equations([1, 1, 0, 0], 0)];
    const [a, b, c] = parts as [NormalEquations, NormalEquations, NormalEquations];
    const sum = weightedSum(parts, size);
    sum(new Float64Array([5, 5, 5]));
    const drawn = sum(new Float64Array([2, 0, 1]));
    const same = summed([a, c, a], size);
    expect(drawn.total).toBeCloseTo(same.total, 6);
    drawn.gram.forEach((value, at) => {
      expect(value).toBeCloseTo(same.gram[at] as number, 6);
    });
    drawn.along.forEach((value, k) => {
      expect(value).toBeCloseTo(same.along[k] as number, 6);
    });
    expect(sum(new Float64Array([0, 1, 0])).gram).toEqual(b.gram);
  });

  test("that is sparse leaves out what does not point along, keeps signs, and is plain ridge regression at 0", () => {
    const all = equations([0.8, -0.6, 0.005, 0], 0);
    const w = sparseRidge(all, 0.01, 0.05) as Float64Array;
    expect(Array.from(w, Math.sign)).toEqual([1, -1, 0, 0]);
    expect(sparseRidge(all, 0.01, 0)).toEqual(ridge(all, 0.01));
    expect(sparseRidge(all, 0.01, 1e-12)?.[2]).toBeCloseTo(ridge(all, 0.01)?.[2] as number, 6);
    expect(sparseRidge(all, 0.01, 1)).toEqual(new Float64Array(size));
  });

  test("that is sparse does not change with the size of a concept's unit but in its own weight", () => {
    const all = equations([0.8, -0.6, 0.1, 0]);
    const scaled: NormalEquations = {
      ...all,
      gram: all.gram.map((value, at) => value * (Math.floor(at / size) === 1 ? 3 : 1) * (at % size === 1 ? 3 : 1)),
      along: all.along.map((value, k) => (k === 1 ? 3 * value : value)),
    };
    const [own, other] = [sparseRidge(all, 0, 0.05), sparseRidge(scaled, 0, 0.05)];
    own?.forEach((value, k) => {
      expect((other?.[k] as number) * (k === 1 ? 3 : 1)).toBeCloseTo(value, 6);
    });
  });
});
