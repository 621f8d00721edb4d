import { describe, expect, test } from "vitest";
import type { Mark } from "../../src/label/label-table.ts";
import { nextPictures } from "../../src/label/next-pictures.ts";

const heldOut = 25;
const marks: readonly Mark[] = Array.from({ length: 100 }, (_, at) => (at % 10 === 0 ? 1 : null));
/** Sure at the ends, least sure at place 60. */
const scores = marks.map((_, at) => (at - 60) / 10);
const all = { heldOut, usable: () => true, count: 20 } as const;
const learnedOf = (places: readonly number[]): readonly number[] => places.filter((at) => at >= heldOut);

describe("the next pictures", () => {
  test("are as they come before there is a probe, six of twenty to judge by, none that was seen", () => {
    const next = nextPictures(marks, { ...all, scores: undefined, order: "unsure" });
    expect(next.filter((at) => at < heldOut)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(learnedOf(next)).toEqual([25, 26, 27, 28, 29, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
    // Spread: who labels does not see which.
    expect(next.slice(0, 10).filter((at) => at < heldOut).length).toBe(3);
  });

  test("are those that the probe is least sure of, or that likely have it; what judges stays as it comes", () => {
    const next = (order: "unsure" | "likely" | "random") => nextPictures(marks, { ...all, scores, order });
    expect(learnedOf(next("unsure")).slice(0, 4)).toEqual([59, 61, 58, 62]);
    expect(learnedOf(next("likely")).slice(0, 3)).toEqual([99, 98, 97]);
    expect(learnedOf(next("random")).slice(0, 3)).toEqual([25, 26, 27]);
    for (const order of ["unsure", "likely", "random"] as const) {
      expect(next(order).filter((at) => at < heldOut)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test("fill a page where one part is used up, and leave out what cannot be read", () => {
    const judged = marks.map((mark, at): Mark => (at < heldOut ? 1 : mark));
    expect(nextPictures(judged, { ...all, scores, order: "unsure" }).length).toBe(20);
    const learned = marks.map((mark, at): Mark => (at >= heldOut ? 1 : mark));
    expect(nextPictures(learned, { ...all, scores, order: "unsure" }).length).toBe(20);
    expect(nextPictures(marks, { ...all, scores, order: "likely", usable: (at) => at === 98 })).toEqual([98]);
    expect(
      nextPictures(
        marks.map((): Mark => 0),
        { ...all, scores, order: "likely" },
      ),
    ).toEqual([]);
  });
});
