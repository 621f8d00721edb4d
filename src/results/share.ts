import { z } from "zod";
import { chunkSize, type Shard } from "./chunks.ts";

/** What of a run's limit a shard takes. */
export const shareSchema = z.object({
  /** Counterfactuals of every base that the shard makes by itself. */
  counterfactuals: z.number().int().positive(),
  /** Position in the order of the run up to which a base is looked at beyond that, as a merge found it necessary. */
  until: z.record(z.string(), z.number().int()),
  /** Position up to which images are shown to the classifiers, wanted by a base or not; −1 before a merge asked for any. */
  images: z.number().int(),
});
export type Share = z.infer<typeof shareSchema>;

/**
 * The share of one of several equal shards; undefined where it takes all that there is. One standard deviation less than an equal
 * part: which shard holds how many of the first `limit` is chance, and what one makes too many is not needed.
 */
export function shareOf({ count }: Shard, limit: number | null): Share | undefined {
  if (count === 1 || limit === null) return undefined;
  const equal = limit / count;
  return { counterfactuals: Math.max(1, Math.ceil(equal - Math.sqrt(equal * (1 - 1 / count)))), until: {}, images: -1 };
}

/** How far a shard has looked at a base. */
export interface BaseLook {
  /** Positions of the images that it is run on, ascending, whether their counterfactuals are there or not. */
  readonly selected: readonly number[];
  /** Position up to which they are known; Infinity at the end of the shard's images. */
  readonly known: number;
  /** Position up to which all their counterfactuals are there; Infinity at the end. */
  readonly through: number;
}

/** How far a shard has looked. */
export interface Look {
  readonly bases: ReadonlyMap<string, BaseLook>;
  /** Position up to which its images are shown to the classifiers; Infinity at their end. */
  readonly images: number;
}

/** What a shard lacks. */
export type Lack = Pick<Share, "until" | "images">;

/**
 * What every shard lacks before the first `limit` counterfactuals of the union are known, by place; undefined where it lacks nothing.
 * With every shard looked as far as the goals the union is determined, or the next goals lie further. images: of the whole run.
 */
export function lackOf(
  looks: readonly Look[],
  { bases, limit, images }: { readonly bases: readonly string[]; readonly limit: number; readonly images: number },
): readonly (Lack | undefined)[] {
  const goals = new Map(bases.map((base) => [base, goalOf(looks, base, { limit, images })]));
  const furthest = Math.max(-1, ...goals.values());
  // Whole chunks of the unsharded run.
  const shown = Math.min(images, (Math.floor(furthest / chunkSize) + 1) * chunkSize) - 1;
  return looks.map((look) => {
    const until = [...goals].filter(([base, goal]) => (look.bases.get(base)?.through ?? -1) < goal);
    if (until.length === 0 && look.images >= shown) return undefined;
    return { until: Object.fromEntries(until), images: shown };
  });
}

interface Wanted {
  readonly limit: number;
  readonly images: number;
}

/**
 * Position up to which every shard has to look at a base: the least by which the union likely holds `limit` images, those that are
 * known and those to be expected among images that were not looked at.
 */
function goalOf(looks: readonly Look[], base: string, { limit, images }: Wanted): number {
  const selected = looks.flatMap((look) => look.bases.get(base)?.selected ?? []).sort((a, b) => a - b);
  const end = images - 1;
  const looked = looks.map((look) => Math.min(end, look.bases.get(base)?.known ?? -1) + 1);
  const rate = selected.length / looked.reduce((sum, count) => sum + count, 0);
  if (!(rate > 0)) return end;
  const likely = (goal: number): boolean => {
    const unknown = rate * looked.reduce((sum, count) => sum + Math.max(0, goal + 1 - count), 0);
    return countUpTo(selected, goal) + unknown - caution * Math.sqrt(unknown) >= limit;
  };
  // With this many known nothing is left to chance.
  let [low, high] = [0, Math.min(end, selected[limit - 1] ?? end)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (likely(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Standard deviations by which fewer are expected than there are on the mean: a goal that is too near costs a round, one too far counterfactuals. */
const caution = 1.5;

/** How many of ascending numbers are at most `most`. */
function countUpTo(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ascending[middle] as number) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
