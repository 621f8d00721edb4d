import { expect, test } from "vitest";
import { drawnMatrix, firstView, intervalRows } from "../../../src/pictures/figures/figure-data.ts";
import type { Matrix } from "../../../src/results/matrix-schema.ts";

const cell = (downstream: string, mean: number, effect: number | null) => ({
  ...{ base: "happy", downstream, state: "clear", sameConcept: false, rejected: false },
  deciding: { mean, ci: [mean - 0.1, mean + 0.1] },
  effect: effect === null ? null : { value: effect, ci: [effect - 0.2, effect + 0.2] },
});
const matrixOf = (...cells: readonly object[]) =>
  ({ bases: ["happy"], downstream: ["happy", "hat", "tie"], cells }) as unknown as Matrix;

test("a figure shows what the page shows first: effects, of a run that has some", () => {
  const edited = matrixOf(cell("hat", -0.9, 0.02), cell("tie", 0.1, 0.3));
  expect(firstView(edited)).toBe("effect");
  expect(firstView(matrixOf(cell("hat", -0.9, null)))).toBe("alignment");
  const drawn = (view: "effect" | "alignment") => drawnMatrix(edited, [], view).cells;
  expect(drawn("effect")).toEqual([[{ value: undefined, mark: "self" }, { value: 0.02 }, { value: 0.3 }]]);
  expect(drawn("alignment")).toEqual([[{ value: undefined, mark: "self" }, { value: -0.9 }, { value: 0.1 }]]);
});

test("intervals are of the same view, the largest first; what has no figure in it is left out", () => {
  const edited = matrixOf(cell("hat", -0.9, null), cell("tie", 0.1, 0.3));
  const rows = (view: "effect" | "alignment") =>
    intervalRows(edited, { base: "happy", most: 5, view }).map(({ name, points }) => [name, points[0]?.value]);
  expect(rows("effect")).toEqual([["tie", 0.3]]);
  expect(rows("alignment")).toEqual([
    ["hat", -0.9],
    ["tie", 0.1],
  ]);
});
