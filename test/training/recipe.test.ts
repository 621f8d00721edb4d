import { describe, expect, test } from "vitest";
import { importanceOf } from "../../src/training/importance.ts";
import { recipe, sharesOf, stepsFor } from "../../src/training/recipe.ts";

describe("what a label counts", () => {
  test("is as much for both kinds in sum, and for a column with blanks as for a full one", () => {
    const full = [1, 0, 0, 0, 1, 0, 0, 0];
    const half = [1, 0, 0, 0, undefined, undefined, undefined, undefined];
    for (const labels of [full, half]) {
      const [zeros, ones] = importanceOf(labels);
      const sum = (kind: number, weight: number) => weight * labels.filter((label) => label === kind).length;
      expect(sum(0, zeros)).toBeCloseTo(4, 12);
      expect(sum(1, ones)).toBeCloseTo(4, 12);
    }
  });

  test("is ten times the mean at most for a rare one, and nothing for a kind that is not there", () => {
    const rare = Array.from({ length: 1000 }, (_, i) => (i < 10 ? 1 : 0));
    expect(importanceOf(rare)[1]).toBe(10);
    expect(importanceOf([0, 0, 0])).toEqual([0.5, 0]);
  });

  test("sums to 1 over a batch of both kinds alike, whatever the number of columns", () => {
    const labels = [
      [0, 1, 0, 1],
      [1, 1, 0, 0],
      [1, 0, 1, 0],
    ];
    const shares = sharesOf(labels, 4);
    const total = labels.flatMap((own, column) => own.map((label) => shares[column]?.[label] as number));
    expect(total.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe("steps", () => {
  test("are as many as epochs ask for, and enough for few pictures", () => {
    expect(stepsFor(2000, 32, undefined)).toBe((recipe.epochs * 2000) / 32);
    expect(stepsFor(40, 32, undefined)).toBe(recipe.leastSteps);
    expect(stepsFor(320, 32, 7)).toBe(70);
    expect(stepsFor(5, 5, 1)).toBe(1);
  });
});
