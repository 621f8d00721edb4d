import { describe, expect, test } from "vitest";
import { comparable, type MapSimilarity, magnitudes, mapSimilarity } from "../../src/attribution/map-similarity.ts";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";

const map = (...values: number[]): Tensor => ({ data: Float32Array.from(values), dims: [1, 1, 1, values.length] });
const similarity = (a: Tensor, b: Tensor): MapSimilarity => {
  const [first, second] = [comparable(a)[0], comparable(b)[0]];
  if (first === undefined || second === undefined) throw new Error("expected a map");
  return mapSimilarity(first, second);
};

describe("the similarity of maps", () => {
  test("compares where they look, not what they say there", () => {
    expect(similarity(map(1, -2, 3), map(-2, 4, -6))).toEqual({ cosine: expect.closeTo(1, 12), rank: 1 });
    expect(similarity(map(1, 0, 0, 0), map(0, -1, 0, 0)).cosine).toBe(0);
  });

  test("takes the mean over the channels of the values without sign", () => {
    const two: Tensor = { data: Float32Array.from([1, -2, -3, 0, 0, 6]), dims: [1, 3, 1, 2] };
    expect([...magnitudes(two)]).toEqual([(1 + 3 + 0) / 3, (2 + 0 + 6) / 3]);
  });

  test("is undefined for a map that is 0 or does not vary", () => {
    expect(similarity(map(0, 0, 0), map(1, 2, 3))).toEqual({ cosine: undefined, rank: undefined });
    expect(similarity(map(1, 1, 1), map(1, 2, 3)).rank).toBeUndefined();
  });

  test("does not depend on the scale, also of maps of saturated predictions", () => {
    const random = createRandom("maps");
    const values = Array.from({ length: 50 }, () => random.normal());
    const tiny = map(...values.map((value) => value * 1e-30));
    const other = map(...values.map((value) => value + random.normal()));
    const [a, b] = [similarity(map(...values), other), similarity(tiny, other)];
    expect(b.cosine).toBeCloseTo(a.cosine as number, 5);
    expect(b.rank).toBeCloseTo(a.rank as number, 12);
  });
});
