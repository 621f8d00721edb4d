import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  averagePrecision,
  figuresOf,
  rightSigns,
  rising,
  type ScoredCell,
  shareAbove,
  withinAuroc,
} from "../../bench/scores.ts";

const cell = (subject: number, score: number | undefined, positive: boolean | undefined, effect = 0): ScoredCell => ({
  subject,
  score,
  effect,
  positive,
});
const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });

describe("figures of a method", () => {
  test("the AUROC within models ignores that models differ in scale", () => {
    const cells = [cell(0, 0.9, true), cell(0, 0.5, false), cell(1, 0.09, true), cell(1, 0.05, false)];
    expect(withinAuroc(cells)).toBe(1);
    expect(figuresOf(cells).pooled).toBe(0.75);
  });

  test("a model without positives counts in the pooled figures only", () => {
    const cells = [cell(0, 0.5, true), cell(0, 0.1, false), cell(1, 0.9, false)];
    expect(withinAuroc(cells)).toBe(1);
    expect(figuresOf(cells).pooled).toBe(0.5);
  });

  test("cells between the bounds count for the correlation with the effect only", () => {
    const cells = [cell(0, 0.2, true, 0.2), cell(0, 0.05, undefined, 0.05), cell(0, 0, false, 0)];
    const figures = figuresOf(cells);
    expect(figures.within).toBe(1);
    expect(figures.pearson).toBeCloseTo(1, 12);
  });

  test("a negative score ranks by its size, a missing one last", () => {
    expect(withinAuroc([cell(0, -0.8, true), cell(0, 0.1, false), cell(0, undefined, false)])).toBe(1);
    expect(withinAuroc([cell(0, undefined, true), cell(0, 0.1, false)])).toBe(0);
  });

  test("average precision is the area under precision and recall, walked down the ranking", () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        // The slow twin lowers a threshold past every score and adds precision times the recall gained.
        let area = 0;
        let recall = 0;
        for (let threshold = 9; threshold >= 0; threshold--) {
          const right = positives.filter((score) => score >= threshold).length;
          const wrong = negatives.filter((score) => score >= threshold).length;
          if (right + wrong > 0) area += (right / (right + wrong)) * (right / positives.length - recall);
          recall = right / positives.length;
        }
        expect(averagePrecision(positives, negatives)).toBeCloseTo(area, 12);
      }),
    );
  });

  test("true positives at 5 % false positives: no threshold that lets more negatives through finds more", () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const allowed = [...positives, ...negatives, -1].filter(
          (threshold) => negatives.filter((score) => score > threshold).length <= 0.05 * negatives.length,
        );
        const best = Math.max(
          ...allowed.map((threshold) => positives.filter((score) => score > threshold).length / positives.length),
        );
        expect(shareAbove(positives, negatives, 0.05)).toBeCloseTo(best, 12);
      }),
    );
  });

  test("a feature used against the target is scored rightly only with a score below 0", () => {
    const cells = [
      cell(0, -0.4, true, -0.2),
      cell(0, 0.4, true, -0.2),
      cell(1, undefined, true, -0.3),
      cell(1, 0.3, true, 0.3),
    ];
    expect(rightSigns(cells, -1)).toBeCloseTo(1 / 3, 12);
    expect(rightSigns(cells, 1)).toBe(1);
    expect(rightSigns([cell(0, 0.4, false, -0.01)], -1)).toBeUndefined();
  });

  test("rising counts neighbouring strengths, not pairs", () => {
    const series = [
      [
        { strength: 1, score: 0.9 },
        { strength: 0.75, score: 0.1 },
        { strength: 0.85, score: 0.05 },
        { strength: 0.95, score: 0.7 },
      ],
    ];
    expect(rising(series)).toBeCloseTo(2 / 3, 12);
    expect(rising([])).toBeUndefined();
  });
});
