import { describe, expect, test } from "vitest";
import { diverging } from "../../src/pictures/diverging.ts";
import { overlayFigure, signedFigure } from "../../src/pictures/saliency-figure.ts";
import { fullColour, overlay, signedMap } from "../../src/pictures/saliency-map.ts";
import type { Pixels } from "../../src/platform/platform.ts";

const at = (picture: Pixels, pixel: number): number[] => [...picture.data.subarray(pixel * 3, pixel * 3 + 3)];
const white = (width: number, height: number): Pixels => ({
  data: new Uint8Array(width * height * 3).fill(255),
  width,
  height,
  channels: 3,
});

describe("full colour", () => {
  test("is reached by one pixel in a hundred, whatever its sign", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
    expect(fullColour(values)).toBe(990);
  });

  test("is the largest value where nearly all pixels are 0, and 0 for an empty map", () => {
    expect(fullColour([...Array<number>(500).fill(0), -3])).toBe(3);
    expect(fullColour([0, 0])).toBe(0);
  });
});

describe("a signed map", () => {
  test("is on the diverging scale: red raises, blue lowers, paper does nothing", () => {
    const picture = signedMap([2, -2, 0, 1], 2, 2);
    expect([picture.width, picture.height]).toEqual([2, 2]);
    expect([0, 1, 2, 3].map((pixel) => at(picture, pixel))).toEqual(
      [1, -1, 0, 0.5].map((value) => [...diverging(value)]),
    );
  });

  test("of zeros is paper", () => {
    expect(at(signedMap([0, 0], 2), 1)).toEqual([...diverging(0)]);
  });
});

describe("an overlay", () => {
  test("reddens pixels as they count, and leaves the others a pale grey", () => {
    const picture = overlay(white(3, 1), [0, 0.5, 1], 1);
    const [none = [], half = [], full = []] = [0, 1, 2].map((pixel) => at(picture, pixel));
    expect(new Set(none).size).toBe(1);
    for (const [a, b] of [
      [none, half],
      [half, full],
    ] as const) {
      expect(b[1]).toBeLessThan(a[1] as number);
      expect(b[0] as number).toBeGreaterThan((b[1] as number) + 20);
    }
  });

  test("keeps the light and dark of the image", () => {
    const image: Pixels = { data: Uint8Array.from([0, 255]), width: 2, height: 1, channels: 1 };
    const picture = overlay(image, [0, 0], 1);
    expect(at(picture, 0)[0]).toBeLessThan((at(picture, 1)[0] as number) - 90);
  });
});

test("figures hold image, map and legend, and escape names", async () => {
  const caption = { classifier: "a & <b>", title: "x.png", method: "input-gradients", prediction: -0.25, full: 0.01 };
  const map = signedMap(Array<number>(64).fill(1), 8, 1);
  const [first, second] = [
    await overlayFigure(white(8, 8), map, caption),
    await signedFigure(white(8, 8), map, caption),
  ];
  for (const figure of [first, second]) {
    const colour = (x: number, y: number): number[] => at(figure, y * figure.width + x);
    expect(colour(100, 200)).toEqual([255, 255, 255]);
    expect(colour(500, 200)).toEqual([...diverging(1)]);
  }
  expect(Buffer.from(first.data).equals(Buffer.from(second.data))).toBe(false);
});
