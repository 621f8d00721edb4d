import { expect, test } from "vitest";
import { splitOf, splits } from "../../src/rectify/split.ts";

const images = Array.from({ length: 4000 }, (_, index) => `hash ${index}`);

test("half of the images are for training, a quarter each for validation and test", () => {
  const shares = splits.map((split) => images.filter((image) => splitOf(7, image) === split).length / images.length);
  // Standard error 0.008.
  expect(shares[0]).toBeCloseTo(0.5, 1);
  expect(shares[1]).toBeCloseTo(0.25, 1);
  expect(shares[2]).toBeCloseTo(0.25, 1);
});

test("an image's split depends on its bytes and the seed alone", () => {
  const split = (seed: number) => images.map((image) => splitOf(seed, image));
  expect(split(7)).toEqual(split(7));
  expect(split(8)).not.toEqual(split(7));
});
