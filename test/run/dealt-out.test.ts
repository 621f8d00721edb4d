import { expect, test } from "vitest";
import { inRuns } from "../../src/run/dealt-out.ts";

const items = [0, 1, 2, 3, 4, 5, 6];

test("runs are neighbours, as equal as can be, and all items once in order", () => {
  expect(inRuns(items, 3)).toEqual([
    [0, 1],
    [2, 3, 4],
    [5, 6],
  ]);
  expect(inRuns(items, 9)).toEqual(items.map((item) => [item]));
  expect(inRuns([], 3)).toEqual([]);
});
