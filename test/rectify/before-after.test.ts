import { expect, test } from "vitest";
import { chosenImages } from "../../src/rectify/before-after.ts";
import type { Move } from "../../src/rectify/effect.ts";

const move = (relativeChange: number, baseChange = 0.6): Move => ({
  ...{ baseChange, stopReason: "dropped", apart: false },
  relativeChanges: [9, relativeChange],
});
const options = { shown: 1, count: 6, minBaseChange: 0.3 };

test("the first images are shown, and those of the others on which most is left, whichever way", () => {
  const before = Array.from({ length: 10 }, () => move(0.8));
  const after = [0.01, 0.9, 0, 0.02, 0.03, -0.7, 0.1, 0.6, 0, 0].map((left) => move(left));
  expect(chosenImages({ before, after }, Array(10).fill(true), options)).toEqual([
    ...[0, 1, 2, 3].map((place) => ({ place, chosen: "first" })),
    ...[5, 7].map((place) => ({ place, chosen: "most-left" })),
  ]);
});

test("an image is shown that has the feature and is used before and after, not one counted apart", () => {
  const before = [move(0.8), move(0.8, 0.1), move(0.8), move(0.8), move(0.8)];
  const after = [move(0.1), move(0.1), move(0.1, 0.1), { ...move(0.1), apart: true }, move(0.1)];
  expect(chosenImages({ before, after }, [false, true, true, true, true], options)).toEqual([
    { place: 4, chosen: "first" },
  ]);
  expect(chosenImages({ before, after }, [true, true, true, true, true], { ...options, count: 0 })).toEqual([]);
});
