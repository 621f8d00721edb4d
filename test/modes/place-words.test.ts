import { expect, test } from "vitest";
import { placeWords } from "../../src/modes/place-words.ts";

const size = { width: 48, height: 48 };

/** A change of 1 within bounds. */
function changed(within: (x: number, y: number) => boolean): Float64Array {
  return Float64Array.from({ length: 3 * 48 * 48 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return within(pixel % 48, Math.floor(pixel / 48)) ? -0.5 : 0.001;
  });
}

test.each([
  ["at the lower left", (x: number, y: number) => x < 12 && y > 34],
  ["at the upper right", (x: number, y: number) => x > 40 && y < 9],
  ["in the middle", (x: number, y: number) => Math.hypot(x - 24, y - 24) < 7],
  ["at the top", (_: number, y: number) => y < 12],
  ["down the middle", (x: number) => x > 18 && x < 30],
  ["along the edges", (x: number, y: number) => Math.min(x, y, 47 - x, 47 - y) < 3],
  ["all over the picture", () => true],
])("a change is %s", (words, within) => {
  expect(placeWords(changed(within), size)).toBe(words);
});

test("no change is nowhere in particular", () => {
  expect(placeWords(new Float64Array(3 * 48 * 48), size)).toBe("all over the picture");
});
