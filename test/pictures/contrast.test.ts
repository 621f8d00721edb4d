import { expect, test } from "vitest";
import { contrastOf, inkOn, rgbOf } from "../../src/pictures/contrast.ts";

test("contrast is that of WCAG 2", () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
  // The grey at which either just passes on white, as every table has it.
  expect(contrastOf(rgbOf("#767676"), rgbOf("#ffffff"))).toBeCloseTo(4.54, 2);
});

test("an ink is the first that is legible, else that with most contrast", () => {
  expect(inkOn([255, 255, 255], ["#999999", "#555555", "#000000"])).toBe("#555555");
  expect(inkOn([119, 119, 119], ["#ffffff", "#000000"])).toBe("#000000");
  expect(inkOn([119, 119, 119], ["#888888", "#aaaaaa"])).toBe("#aaaaaa");
});
