import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { openCosineTransform } from "../../src/interventions/cosine-transform.ts";

function drawn(dims: readonly number[], seed: number): Tensor {
  const { uniform } = createRandom(seed);
  return { data: Float32Array.from({ length: sizeOf(dims) }, uniform), dims };
}

/** The sum that defines one coefficient. */
function coefficient({ data, dims }: Tensor, [c, u, v]: readonly [number, number, number]): number {
  const [, , h, w] = dims as [number, number, number, number];
  let sum = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const wave = Math.cos((Math.PI * u * (y + 0.5)) / h) * Math.cos((Math.PI * v * (x + 0.5)) / w);
      sum += (data[(c * h + y) * w + x] as number) * wave;
    }
  }
  return sum * Math.sqrt((u === 0 ? 1 : 2) / h) * Math.sqrt((v === 0 ? 1 : 2) / w);
}

test.each([
  [1, 3, 5, 7],
  [1, 1, 1, 4],
  [1, 2, 6, 1],
])("coefficients of [%i, %i, %i, %i] are sums over cosines, and lead back to the picture", async (...dims) => {
  const cosines = await openCosineTransform(dims);
  // More than a call, and no whole number of them.
  const pictures = Array.from({ length: 19 }, (_, seed) => drawn(dims, seed));
  const coefficients = await cosines.coefficients(pictures);
  const [, channels, h, w] = dims as [number, number, number, number];
  for (const [index, picture] of pictures.entries()) {
    for (const at of [[0, 0, 0] as const, [channels - 1, h - 1, w - 1] as const, [0, h >> 1, w >> 1] as const]) {
      const [c, u, v] = at;
      expect(coefficients[index]?.data[(c * h + u) * w + v]).toBeCloseTo(coefficient(picture, at), 5);
    }
  }
  const back = await cosines.pictures(coefficients);
  expect(back).toHaveLength(19);
  for (const [index, { data, dims: shape }] of back.entries()) {
    expect(shape).toEqual(dims);
    for (const [p, value] of data.entries()) expect(value).toBeCloseTo(pictures[index]?.data[p] as number, 5);
  }
  await cosines.dispose();
});
