import { describe, expect, test } from "vitest";
import { apartAmong, effectOf } from "../../src/rectify/effect.ts";

const drop = 0.6;
const moves = apartAmong(
  [
    { baseChange: 0.6, stopReason: "dropped", relativeChanges: [0.5, 1] },
    { baseChange: 0.5, stopReason: "floor", relativeChanges: [-0.1, 1] },
    { baseChange: 0.3, stopReason: "rebounded", relativeChanges: [9, 9] },
    { baseChange: 0, stopReason: "no-direction", relativeChanges: [undefined, undefined] },
  ],
  drop,
);
const present = [true, false, true, true];

test("images below the filter are counted and are in no mean", () => {
  const { all } = effectOf(moves, 0, { present, minBaseChange: 0.3 });
  expect(all).toEqual({ images: 4, used: 2, apart: 0, mean: 0.2, meanAbsolute: 0.3, ci: null });
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

describe("images that the search's limit stopped before the drop", () => {
  const ends = (arrived: number, stopped: number) =>
    apartAmong(
      [
        ...Array.from(
          { length: arrived },
          () => ({ baseChange: 0.6, stopReason: "dropped", relativeChanges: [0.1] }) as const,
        ),
        ...Array.from(
          { length: stopped },
          () => ({ baseChange: 0.4, stopReason: "shift-limit", relativeChanges: [0.9] }) as const,
        ),
      ],
      drop,
    );
  const effect = (arrived: number, stopped: number) =>
    effectOf(ends(arrived, stopped), 0, { present: Array(arrived + stopped).fill(true), minBaseChange: 0.3 });

  test("are counted and in no mean where most arrived, and stand in the figures with them", () => {
    const { present, absent, withCut } = effect(3, 1);
    expect(present).toMatchObject({ images: 4, used: 3, apart: 1, mean: expect.closeTo(0.1, 12) });
    expect(absent).toMatchObject({ images: 0, used: 0, apart: 0 });
    expect(withCut?.present).toMatchObject({ images: 4, used: 4, apart: 1, mean: expect.closeTo(0.3, 12) });
  });

  test("are used as the others where most were stopped", () => {
    const { present, withCut } = effect(2, 2);
    expect(present).toMatchObject({ used: 4, apart: 0, mean: expect.closeTo(0.5, 12) });
    expect(withCut).toBeUndefined();
  });

  test("are not counted apart at the drop, nor where they hardly moved", () => {
    const [reached, still] = apartAmong(
      [
        { baseChange: 0.6, stopReason: "shift-limit", relativeChanges: [0.5] },
        { baseChange: 0.1, stopReason: "shift-limit", relativeChanges: [0.5] },
        ...ends(3, 0),
      ],
      drop,
    );
    expect([reached?.apart, still?.apart]).toEqual([false, true]);
    const figures = effectOf(
      [reached, still].flatMap((move) => move ?? []),
      0,
      { present: [true, true], minBaseChange: 0.3 },
    );
    expect([figures.all.used, figures.all.apart, figures.withCut]).toEqual([1, 0, undefined]);
  });
});
