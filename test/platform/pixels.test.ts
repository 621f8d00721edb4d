import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sideBySide, toPixels } from "../../src/platform/pixels.ts";

const random = createRandom(3);

/** Values around [0, 1], among them the middles between two levels. */
function image(channels: number, height: number, width: number) {
  const count = channels * height * width;
  const data = Float32Array.from({ length: count }, (_, i) =>
    i % 5 === 0 ? (Math.floor(256 * random.uniform()) + 0.5) / 255 : 1.4 * random.uniform() - 0.2,
  );
  return { data, dims: [1, channels, height, width] };
}

const level = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));

test("a level is 255 times the value, rounded and cut", () => {
  const picture = image(3, 40, 30);
  const { data } = toPixels(picture);
  const wanted = Array.from(data, (_, i) => level(picture.data[(i % 3) * 1200 + Math.floor(i / 3)] as number));
  expect([...data]).toEqual(wanted);
});

test("pictures lie left to right, grey ones as RGB", () => {
  const [grey, colour] = [image(1, 2, 3), image(3, 2, 3)];
  const { data, width, height } = sideBySide([grey, colour]);
  expect([width, height]).toEqual([6, 2]);
  for (let y = 0; y < 2; y++) {
    for (let x = 0; x < 6; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = x < 3 ? grey.data[3 * y + x] : colour.data[6 * channel + 3 * y + x - 3];
        expect(data[3 * (6 * y + x) + channel]).toBe(level(value as number));
      }
    }
  }
});
