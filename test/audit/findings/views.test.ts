import { expect, test } from "vitest";
import { viewsOf } from "../../../src/audit/findings/views.ts";
import type { BaseDecomposition, Cell, Matrix } from "../../../src/audit/schema.ts";

const cell = { base: "smiling-95", downstream: "judge/eyeglasses" } as Cell;
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
    norm: 1,
    conditionNumber: 2,
    shares: [{ ...about, share, ci: null, inflation: 1, group: 3, state }],
    groups,
  };
}

function matrix(decomposition: BaseDecomposition[] | null, coefficient?: number): Matrix {
  const partial =
    coefficient === undefined
      ? null
      : [{ base: "smiling-95", count: 100, explained: 0.8, alpha: 0.01, coefficients: [{ ...about, coefficient }] }];
  return { minEffect: 0.1, decomposition, partial } as Matrix;
}

const confirms = (views: ReturnType<typeof viewsOf>): (boolean | null)[] => views.map((view) => view.confirms);

test("relative change is the only view of a run without others, or without the concept in them", () => {
  expect(viewsOf(matrix(null), cell, 0.4)).toEqual([{ view: "relative-change", value: 0.4, confirms: true }]);
  const other = { ...cell, downstream: "beard" };
  expect(viewsOf(matrix([decomposed(0.5, "found")], 0.5), other, 0.4)).toHaveLength(1);
  expect(viewsOf(matrix([], 0.5), { ...cell, base: "young" }, 0.4)).toHaveLength(1);
});

test("a share confirms where it is found with the same sign, denies where it is clear or has another, and else leaves it open", () => {
  const view = (share: number, state: "found" | "clear" | "unresolved", rc: number): (boolean | null)[] =>
    confirms(viewsOf(matrix([decomposed(share, state)]), cell, rc)).slice(1);
  expect(view(0.5, "found", 0.4)).toEqual([true]);
  expect(view(-0.5, "found", -0.4)).toEqual([true]);
  expect(view(-0.5, "found", 0.4)).toEqual([false]);
  expect(view(0.02, "clear", 0.4)).toEqual([false]);
  expect(view(0.2, "unresolved", 0.4)).toEqual([null]);
});

test("a member of a collinear group has the group's state and its own share", () => {
  const groups = [{ group: 3, concepts: ["eyeglasses", "sunglasses"], share: 0.6, ci: null, state: "found" as const }];
  expect(viewsOf(matrix([decomposed(0.3, null, groups)]), cell, 0.4)[1]).toEqual({
    view: "decomposition",
    value: 0.3,
    confirms: true,
  });
});

test("a coefficient confirms from the smallest effect on, with the sign of the finding", () => {
  const view = (coefficient: number, rc: number): (boolean | null)[] =>
    confirms(viewsOf(matrix(null, coefficient), cell, rc)).slice(1);
  expect([view(0.1, 0.4), view(0.09, 0.4), view(-0.3, 0.4), view(-0.3, -0.4)]).toEqual([
    [true],
    [false],
    [false],
    [true],
  ]);
});
