import { expect, test } from "vitest";
import { createRandom } from "../../src/random.ts";
import { type Look, lackOf, shareOf } from "../../src/results/share.ts";

/** Shards of a run as plain lists of positions: an image counts for the base or it does not. */
interface World {
  readonly positive: readonly boolean[];
  readonly count: number;
}

function worldOf(rate: number, count: number, seed: number): World {
  const random = createRandom(seed);
  return { positive: Array.from({ length: 4000 }, () => random.uniform() < rate), count };
}

/** What shard `index` finds, in chunks of 64 of its images, up to a number of counterfactuals or up to a position. */
function look(
  { positive, count }: World,
  index: number,
  end: { readonly most: number; readonly until?: number },
): Look {
  const own = positive.map((_, position) => position).filter((position) => position % count === index - 1);
  const positives = own.filter((position) => positive[position]);
  const made = Math.max(positives[end.most - 1] ?? Infinity, end.until ?? -1);
  const begun = own.filter((position) => position <= made).length;
  const chunksEnd = own[Math.ceil(begun / 64) * 64];
  const images = chunksEnd === undefined ? Infinity : chunksEnd - 1;
  const selected = positives.filter((position) => position <= images);
  const next = selected.find((position) => position > made);
  const through = next === undefined ? images : next - 1;
  return { bases: new Map([["a", { selected, known: images, through }]]), images };
}

/** Positions of the counterfactuals that are there. */
function madeOf(looks: readonly Look[]): readonly number[] {
  return looks
    .flatMap(({ bases }) => bases.get("a")?.selected.filter((one) => one <= (bases.get("a")?.through ?? -1)) ?? [])
    .sort((a, b) => a - b);
}

/** Counterfactuals of all shards when each was told once how far to look, and whether that was enough. */
function shared(world: World, limit: number): { readonly made: number; readonly rounds: number } {
  const wanted = { bases: ["a"], limit, images: world.positive.length };
  const most = shareOf({ index: 1, count: world.count }, limit)?.counterfactuals as number;
  let looks = Array.from({ length: world.count }, (_, place) => look(world, place + 1, { most }));
  for (let rounds = 1; ; rounds++) {
    const lacks = lackOf(looks, wanted);
    if (lacks.every((lack) => lack === undefined)) {
      const first = world.positive.flatMap((is, position) => (is ? [position] : [])).slice(0, limit);
      const union = madeOf(looks);
      expect(union.slice(0, limit)).toEqual(first);
      return { made: union.length, rounds };
    }
    looks = looks.map((one, place) => {
      const lack = lacks[place];
      const until = lack?.until.a;
      return until === undefined ? one : look(world, place + 1, { most, until });
    });
  }
}

test("a whole run and a run without a limit have no share", () => {
  expect(shareOf({ index: 1, count: 1 }, 400)).toBeUndefined();
  expect(shareOf({ index: 2, count: 3 }, null)).toBeUndefined();
  expect(shareOf({ index: 2, count: 3 }, 400)).toEqual({ counterfactuals: 124, until: {}, images: -1 });
});

test("the union holds the first of the order, however the positives lie, and one more round is enough where there are plenty", () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const count of [2, 3, 8]) {
      expect(shared(worldOf(0.3, count, seed), 400).rounds).toBeLessThanOrEqual(2);
      shared(worldOf(0.02, count, seed), 64);
      shared(worldOf(0.001, count, seed), 64);
    }
  }
});

test("sharing costs at most 1.15 times the counterfactuals of a limit of 400, on the mean of 20 worlds", () => {
  for (const count of [2, 4, 8]) {
    const made = Array.from({ length: 20 }, (_, seed) => shared(worldOf(0.3, count, seed + 1), 400).made);
    expect(made.reduce((sum, one) => sum + one, 0) / (20 * 400)).toBeLessThanOrEqual(1.15);
  }
});

test("a shard goes on up to the last image of the union, and one that has all up to there does not", () => {
  const of = (selected: readonly number[], through: number): Look => ({
    bases: new Map([["a", { selected, known: 255, through }]]),
    images: 255,
  });
  // The first shard knows an image at 50 that it has made nothing of.
  const looks = [of([0, 2, 4, 50], 49), of([101, 103], 255)];
  const lacks = (limit: number) => lackOf(looks, { bases: ["a"], limit, images: 1000 });
  expect(lacks(3)).toEqual([undefined, undefined]);
  expect(lacks(4)).toEqual([{ until: { a: 50 }, images: 63 }, undefined]);
  expect(lacks(5)).toEqual([{ until: { a: 101 }, images: 127 }, undefined]);
});

test("images of the unsharded run's last chunk are shown by every shard, wanted by a base or not", () => {
  const look: Look = { bases: new Map([["a", { selected: [0, 65], known: 100, through: 100 }]]), images: 100 };
  expect(lackOf([look], { bases: ["a"], limit: 2, images: 1000 })).toEqual([{ until: {}, images: 127 }]);
  expect(lackOf([{ ...look, images: 127 }], { bases: ["a"], limit: 2, images: 1000 })).toEqual([undefined]);
});
