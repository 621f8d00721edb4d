import { expect, test } from "vitest";
import { viewsOf } from "../../../src/audit/findings/views.ts";
import type { BaseDecomposition, Cell, Matrix } from "../../../src/results/matrix-schema.ts";

const cellOf = (mean: number, changes: Partial<Cell> = {}): Cell =>
  ({
    base: "smiling-95",
    downstream: "judge/eyeglasses",
    state: "found",
    deciding: { stratum: "present", mean, median: mean, ci: null, count: 50 },
    judge: null,
    rejected: false,
    ...changes,
  }) as Cell;
const about = { concept: "eyeglasses", classifier: "eyeglasses", downstream: ["eyeglasses", "judge/eyeglasses"] };

function decomposed(
  share: number,
  state: "found" | "clear" | "unresolved" | null,
  groups: BaseDecomposition["groups"] = [],
): BaseDecomposition {
  return {
    base: "smiling-95",
    count: 20,
    explained: { value: 0.9, ci: null },
    alpha: 0.01,
    conditionNumber: 2,
    shares: [{ ...about, share, weight: share, ci: null, inflation: 1, group: 3, state }],
    groups,
  };
}

function matrix(decomposition: BaseDecomposition[] | null, coefficient?: number): Matrix {
  const partial =
    coefficient === undefined
      ? null
      : [{ base: "smiling-95", count: 100, explained: 0.8, alpha: 0.01, coefficients: [{ ...about, coefficient }] }];
  return { minEffect: 0.1, decomposition, partial, rows: [] } as unknown as Matrix;
}

const confirms = (views: ReturnType<typeof viewsOf>): (boolean | null)[] => views.map((view) => view.confirms);

test("relative change, which found the cell, is no view of it: a run without others has none", () => {
  expect(viewsOf(matrix(null), cellOf(0.4))).toEqual([]);
  expect(viewsOf(matrix([decomposed(0.5, "found")], 0.5), cellOf(0.4, { downstream: "beard" }))).toEqual([]);
  expect(viewsOf(matrix([], 0.5), cellOf(0.4, { base: "young" }))).toEqual([]);
});

test("a judge confirms with half the size and an interval without 0, and leaves it open where the interval holds 0", () => {
  const judged = (ci: [number, number] | null, mean = 0.3) =>
    viewsOf(matrix(null), cellOf(0.4, { judge: { name: "b", mean, ci, count: 50 } }));
  expect(judged([0.1, 0.5])).toEqual([{ view: "judge", value: 0.3, confirms: true }]);
  expect(confirms(judged([-0.1, 0.7]))).toEqual([null]);
  expect(confirms(judged(null))).toEqual([null]);
  expect(confirms(judged([0.1, 0.5], 0.19))).toEqual([false]);
});

test("robustness confirms where half of the fall survives everything", () => {
  const rows = (jpeg: number) => [
    { base: "smiling-95", survival: { jpeg: { share: jpeg, count: 9 }, judge: { share: 0, count: 9 } } },
  ];
  const robust = (jpeg: number) => viewsOf({ ...matrix(null), rows: rows(jpeg) } as unknown as Matrix, cellOf(0.4));
  expect(robust(0.5)).toEqual([{ view: "robustness", value: 0.5, confirms: true }]);
  expect(confirms(robust(0.4))).toEqual([false]);
});

test("a share confirms where it is found with the same sign, denies where it is clear or has another, and else leaves it open", () => {
  const view = (share: number, state: "found" | "clear" | "unresolved", rc: number): (boolean | null)[] =>
    confirms(viewsOf(matrix([decomposed(share, state)]), cellOf(rc)));
  expect(view(0.5, "found", 0.4)).toEqual([true]);
  expect(view(-0.5, "found", -0.4)).toEqual([true]);
  expect(view(-0.5, "found", 0.4)).toEqual([false]);
  expect(view(0.02, "clear", 0.4)).toEqual([false]);
  expect(view(0.2, "unresolved", 0.4)).toEqual([null]);
});

test("a member of a collinear group has the group's state and its own share", () => {
  const groups = [{ group: 3, concepts: ["eyeglasses", "sunglasses"], share: 0.6, ci: null, state: "found" as const }];
  expect(viewsOf(matrix([decomposed(0.3, null, groups)]), cellOf(0.4))[0]).toEqual({
    view: "decomposition",
    value: 0.3,
    confirms: true,
  });
});

test("a coefficient confirms from the smallest effect on, with the sign of the finding", () => {
  const view = (coefficient: number, rc: number): (boolean | null)[] =>
    confirms(viewsOf(matrix(null, coefficient), cellOf(rc)));
  expect([view(0.1, 0.4), view(0.09, 0.4), view(-0.3, 0.4), view(-0.3, -0.4)]).toEqual([
    [true],
    [false],
    [false],
    [true],
  ]);
});
