import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkSize, chunkSpan, chunksNeeded, chunksOf, shardOf } from "../../src/results/chunks.ts";

describe("shards and chunks", () => {
  test("a shard is every n-th image of the order, and the shards are all of them", () => {
    expect(shardOf([..."abcdefgh"], { index: 2, count: 3 })).toEqual(["b", "e", "h"]);
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 7 }), (length, count) => {
        const items = Array.from({ length }, (_, i) => i);
        const shards = Array.from({ length: count }, (_, i) => shardOf(items, { index: i + 1, count }));
        expect(shards.flat().sort((a, b) => a - b)).toEqual(items);
      }),
    );
  });

  test("chunks hold 64 images, the last the rest", () => {
    expect(chunksOf(Array.from({ length: 130 }, (_, i) => i)).map((chunk) => chunk.length)).toEqual([64, 64, 2]);
    expect(chunksOf([])).toEqual([]);
  });

  test("the unsharded run stops after the chunk in which the slowest base has its limit", () => {
    const at = (...positions: number[]): number[] => positions;
    expect(chunksNeeded(1000, 2, [at(0, 1, 300), at(70, 5)])).toBe(2);
    expect(chunksNeeded(1000, 2, [at(0, 127), at(3, 128)])).toBe(3);
    expect(chunksNeeded(1000, 2, [at(0, 1), at(3)])).toBe(16);
    expect(chunksNeeded(1000, null, [at(0, 1)])).toBe(16);
  });

  test("every shard has seen all images that the unsharded run looks at", () => {
    // The claim behind merge: each shard, stopped by its own limit, reaches past the last chunk of the unsharded run.
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 900 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (positive, limit, count) => {
          const positions = positive.flatMap((is, position) => (is ? [position] : []));
          const seen = Math.min(positive.length, chunkSize * chunksNeeded(positive.length, limit, [positions]));
          const all = positive.map((_, position) => position);
          for (let index = 1; index <= count; index++) {
            const own = shardOf(all, { index, count });
            const hits = own.flatMap((position, place) => (positive[position] ? [place] : []));
            const reached = own.slice(0, chunkSize * chunksNeeded(own.length, limit, [hits]));
            expect(reached.filter((position) => position < seen)).toEqual(own.filter((position) => position < seen));
          }
        },
      ),
    );
  });
});

test("the spans of all shards' chunks hold their images, and nobody else's", () => {
  const images = 500;
  const order = Array.from({ length: images }, (_, position) => position);
  for (const index of [1, 2, 3]) {
    const shard = { index, count: 3 };
    for (const [chunk, own] of chunksOf(shardOf(order, shard)).entries()) {
      expect(chunkSpan(shard, chunk, images)).toEqual({ first: own[0], last: own.at(-1) });
    }
  }
});
