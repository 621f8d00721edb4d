import { describe, expect, test } from "vitest";
import { type Encoded, encodedOf, leastReference, likenessOf, unlikeFrom } from "../../src/live/likeness.ts";

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

  test("a loss that no eye and no file holds is none", () => {
    const found = likenessOf({ loss: 1e-4, latent: Float32Array.of(0.5, 0) }, line(30, 1e-6));
    expect(found).toMatchObject({ loss: 0, unlike: false });
  });
});

test("a picture's loss is the root mean square of what the autoencoder leaves out", async () => {
  const images = { data: Float32Array.of(0.5, 0.5, 0.2, 0.4), dims: [2, 1, 1, 2] };
  const found = await encodedOf(images, {
    encode: async ({ data }) => ({ data: Float32Array.of(data[0] as number, data[2] as number), dims: [2, 1] }),
    decode: async ({ data }) => ({
      data: Float32Array.from([0, 0, 1, 1], (row) => data[row] as number),
      dims: images.dims,
    }),
  });
  expect(found.map(({ loss }) => loss)).toEqual([0, expect.closeTo(Math.sqrt(0.02), 6)]);
  expect(found[1]?.latent).toEqual(Float32Array.of(0.2));
});
