import { describe, expect, test } from "vitest";
import { type Encoded, encodedOf, leastReference, likenessOf, lossOf, unlikeFrom } from "../../src/live/likeness.ts";

/** Pictures whose latents stand on a line, one apart, and that lose as much as they are told. */
const line = (count: number, loss: number): Encoded[] =>
  Array.from({ length: count }, (_, at) => ({ loss, latent: Float32Array.of(at, 0) }));

describe("how a picture compares with others", () => {
  const reference = line(30, 0.1);

  test("is as a multiple of the farthest of them: its loss, and the way to the nearest latent", () => {
    const found = likenessOf({ loss: 0.25, latent: Float32Array.of(12, 3) }, reference);
    expect(found).toEqual({ pictures: 30, loss: 2.5, latent: 3, unlike: true });
    expect(likenessOf({ loss: 0.1, latent: Float32Array.of(4, 0.5) }, reference)).toMatchObject({ unlike: false });
  });

  test.each([
    [unlikeFrom * 0.99, false],
    [unlikeFrom * 1.01, true],
  ])("of %f times the farthest is unlike: %s", (times, unlike) => {
    expect(likenessOf({ loss: 0, latent: Float32Array.of(5, times) }, reference)?.unlike).toBe(unlike);
    expect(likenessOf({ loss: 0.1 * times, latent: Float32Array.of(5, 0.1) }, reference)?.unlike).toBe(unlike);
  });

  test("leaves the picture itself out where it is one of them", () => {
    expect(likenessOf(reference[7] as Encoded, reference)).toMatchObject({ pictures: 29, latent: 1 });
  });

  test("is not told of fewer than twenty", () => {
    expect(likenessOf({ loss: 1, latent: Float32Array.of(0, 1) }, line(leastReference - 1, 0.1))).toBeUndefined();
  });
});

test("a picture's loss is what the autoencoder leaves out of what there is to see", async () => {
  // Values 0.2 and 0.4 lie 0.1 from their mean; the second is decoded as 0.2 and 0.3.
  const images = { data: Float32Array.of(0.2, 0.4, 0.2, 0.4), dims: [2, 1, 1, 2] };
  const found = await encodedOf(images, {
    encode: async () => ({ data: Float32Array.of(7, 8), dims: [2, 1] }),
    decode: async () => ({ data: Float32Array.of(0.2, 0.4005, 0.2, 0.3), dims: images.dims }),
  });
  // 0.0005 is less than half of a grey level.
  expect(found.map(({ loss }) => loss)).toEqual([0, expect.closeTo(Math.sqrt(0.5), 5)]);
  expect(found[1]?.latent).toEqual(Float32Array.of(8));
});

test("of a picture of one colour all is lost that an autoencoder does not keep", () => {
  const flat = { data: Float32Array.of(0.5, 0.5), dims: [1, 1, 1, 2] };
  expect(lossOf(flat, flat)).toBe(0);
  expect(lossOf(flat, { ...flat, data: Float32Array.of(0.5, 0.4) })).toBe(Number.POSITIVE_INFINITY);
});
