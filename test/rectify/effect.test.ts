import { expect, test } from "vitest";
import { effectOf, type Move } from "../../src/rectify/effect.ts";

const moves: readonly Move[] = [
  { baseChange: 0.6, relativeChanges: [0.5, 1] },
  { baseChange: 0.5, relativeChanges: [-0.1, 1] },
  { baseChange: 0.3, relativeChanges: [9, 9] },
  { baseChange: 0, relativeChanges: [undefined, undefined] },
];
const present = [true, false, true, true];

test("images below the filter are counted and are in no mean", () => {
  const { all } = effectOf(moves, 0, { present, minBaseChange: 0.3 });
  expect(all).toEqual({ images: 4, used: 2, mean: 0.2, meanAbsolute: 0.3, ci: null });
});

test("present and absent images are kept apart", () => {
  const effect = effectOf(moves, 0, { present, minBaseChange: 0.3 });
  expect(effect.present).toMatchObject({ images: 3, used: 1, mean: 0.5 });
  expect(effect.absent).toMatchObject({ images: 1, used: 1, mean: -0.1, meanAbsolute: 0.1 });
});

test("without a used image there is no mean, not 0", () => {
  expect(effectOf(moves, 0, { present, minBaseChange: 0.7 }).all).toMatchObject({
    used: 0,
    mean: null,
    meanAbsolute: null,
  });
});
