import { describe, expect, test } from "vitest";
import { shortened } from "../../src/base/shortened.ts";
import { difference } from "../../src/pictures/difference.ts";
import { diverging } from "../../src/pictures/diverging.ts";
import { lambdaText } from "../../src/pictures/spread-labels.ts";
import { toPixels } from "../../src/platform/pixels.ts";
import type { Pixels } from "../../src/platform/platform.ts";

const pixels = (...values: number[]): Pixels => ({
  data: Uint8Array.from(values),
  width: values.length / 3,
  height: 1,
  channels: 3,
});
const at = (picture: Pixels, pixel: number) => [...picture.data.subarray(pixel * 3, pixel * 3 + 3)];

describe("a difference", () => {
  test("is the middle of the scale where nothing changed, whatever the colour", () => {
    const same = pixels(10, 20, 30, 200, 100, 0);
    expect(at(difference(same, same), 0)).toEqual([...diverging(0)]);
    expect(at(difference(same, same), 1)).toEqual([...diverging(0)]);
  });

  test("tells lighter from darker by hue: red above, blue below", () => {
    const [lighter, darker] = [
      difference(pixels(0, 0, 0), pixels(90, 90, 90)),
      difference(pixels(90, 90, 90), pixels(0, 0, 0)),
    ];
    expect(lighter.data[0]).toBeGreaterThan(lighter.data[2] ?? 255);
    expect(darker.data[2]).toBeGreaterThan(darker.data[0] ?? 255);
  });

  test("gets full colour at its range and not more beyond", () => {
    const black = pixels(0, 0, 0);
    expect(at(difference(black, pixels(102, 102, 102), 0.4), 0)).toEqual([...diverging(1)]);
    expect(at(difference(black, pixels(255, 255, 255), 0.4), 0)).toEqual([...diverging(1)]);
  });

  test("leaves an alpha channel out", () => {
    const before: Pixels = { data: Uint8Array.from([50, 50, 50, 0]), width: 1, height: 1, channels: 4 };
    const after: Pixels = { data: Uint8Array.from([50, 50, 50, 255]), width: 1, height: 1, channels: 4 };
    expect(at(difference(before, after), 0)).toEqual([...diverging(0)]);
  });
});

describe("the diverging scale", () => {
  test("is lightest in the middle and darkens evenly to both sides", () => {
    const light = ([r, g, b]: readonly [number, number, number]): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
    for (const sign of [-1, 1]) {
      const steps = [0, 0.25, 0.5, 0.75, 1].map((value) => light(diverging(sign * value)));
      for (const [index, step] of steps.entries()) if (index > 0) expect(step).toBeLessThan(steps[index - 1] ?? 0);
    }
  });
});

describe("pixels", () => {
  test("of a grey tensor are grey, and values outside [0, 1] are clipped", () => {
    const picture = toPixels({ data: Float32Array.from([0, 0.5, 1.5, -1]), dims: [1, 1, 2, 2] });
    expect([...picture.data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255, 0, 0, 0]);
  });

  test("interleave the planes of a tensor", () => {
    const picture = toPixels({ data: Float32Array.from([1, 0, 0, 1, 0, 0]), dims: [1, 3, 1, 2] });
    expect([...picture.data]).toEqual([255, 0, 0, 0, 255, 0]);
  });
});

test("λ is written in as many digits as can be told apart", () => {
  expect([-63, -1.23456, -123456, 0, -0.001].map(lambdaText)).toEqual(["−63", "−1.23", "−1.2e+5", "0", "−1.0e-3"]);
});

test("a long name gives way in its middle, so that its family still differs", () => {
  expect(["smiling", "smiling-eyeglasses-95", "smiling-eyeglasses-85"].map((name) => shortened(name, 12))).toEqual([
    "smiling",
    "smili…ses-95",
    "smili…ses-85",
  ]);
});
