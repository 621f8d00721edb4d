import { createRandom } from "../../src/base/random.ts";
import { type Look, lackOf, shareOf } from "../../src/results/share.ts";

/** Shards of a run as plain lists of positions: an image counts for the base or it does not. */
interface World {
  readonly positive: readonly boolean[];
  readonly count: number;
}

export function randomWorld(rate: number, count: number, seed: number): World {
  const random = createRandom(seed);
  return { positive: Array.from({ length: 4000 }, () => random.uniform() < rate), count };
}

/** What shard `index` finds, in chunks of 64 of its images, up to a number of counterfactuals or up to a position. */
function look(
  { positive, count }: World,
  index: number,
  end: { readonly most: number; readonly until?: number; readonly shown?: number },
): Look {
  const own = positive.map((_, position) => position).filter((position) => position % count === index - 1);
  const positives = own.filter((position) => positive[position]);
  const made = Math.max(positives[end.most - 1] ?? Infinity, end.until ?? -1);
  const begun = own.filter((position) => position <= Math.max(made, end.shown ?? -1)).length;
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

/** What came of a limit shared among shards. */
interface Shared {
  /** Counterfactuals of all shards. */
  readonly made: number;
  /** Those of the run in one piece. */
  readonly whole: number;
  /** Times that the shards were called. */
  readonly rounds: number;
}

/** Counterfactuals of all shards told how far to look until their union is known. */
export function limitedShards(world: World, limit: number): Shared {
  const wanted = { bases: ["a"], limit, images: world.positive.length };
  const most = shareOf({ index: 1, count: world.count }, limit)?.counterfactuals as number;
  const goals: { readonly until: number; readonly shown: number }[] = [];
  let looks = Array.from({ length: world.count }, (_, place) => look(world, place + 1, { most }));
  for (let rounds = 1; ; rounds++) {
    const lacks = lackOf(looks, wanted);
    if (lacks.every((lack) => lack === undefined)) {
      const first = world.positive.flatMap((is, position) => (is ? [position] : [])).slice(0, limit);
      const union = madeOf(looks);
      if (String(union.slice(0, limit)) !== String(first)) throw new Error("the union is not the first of the order");
      return { made: union.length, whole: first.length, rounds };
    }
    looks = looks.map((one, place) => {
      const lack = lacks[place];
      if (lack === undefined) return one;
      // What a shard has made it keeps, though a later goal may lie nearer.
      const goal = goals[place] ?? { until: -1, shown: -1 };
      const until = Math.max(lack.until.a ?? -1, goal.until);
      goals[place] = { until, shown: Math.max(lack.images, goal.shown) };
      return look(world, place + 1, { most, ...goals[place] });
    });
  }
}
