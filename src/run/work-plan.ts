import type { Commit } from "../results/commit.ts";

/** What is asked of a shard, and what is there of it. */
export interface WorkState {
  /** Images of every chunk, in order. */
  readonly chunks: readonly number[];
  /** Counterfactuals wanted of every base, in the order of the run. */
  readonly limits: ReadonlyMap<string, number>;
  /** Counterfactuals of a base that are kept as pictures. */
  readonly keepImages: number;
  /** Counterfactuals of a base whose images are decomposed. */
  readonly decomposeImages: number;
  /** What is committed, by chunk. */
  readonly commits: ReadonlyMap<number, Commit>;
}

/** What a base may still get when a chunk begins. */
export interface Room {
  /** Counterfactuals until its limit. */
  readonly counterfactuals: number;
  /** Pictures until `keepImages`. */
  readonly pictures: number;
  /** Counterfactuals whose images are still to be decomposed. */
  readonly products: number;
}

/** A chunk that is to be computed or, where it is committed, to be added to. */
export interface Work {
  readonly chunk: number;
  /** Images of the chunk. */
  readonly images: number;
  readonly commit: Commit | undefined;
  /** By base. */
  readonly room: ReadonlyMap<string, Room>;
  /** The chunk after it, where its images will be needed unless every base reaches its limit before. */
  readonly ahead: number | undefined;
}

export interface WorkPlan {
  /** Commits that count, in order: of the chunks before `next`, or of all that the limits take. */
  readonly commits: readonly Commit[];
  /** Images of these chunks. */
  readonly looked: number;
  /** Counterfactuals of these chunks by base. */
  readonly found: ReadonlyMap<string, number>;
  /** What is to be done now; undefined when every base has its limit or the images are at their end. */
  readonly next: Work | undefined;
}

/** The next work of a shard: the first chunk that lacks something while a base is below its limit. */
export function planWork(state: WorkState): WorkPlan {
  const { chunks, commits } = state;
  const counted: Commit[] = [];
  const found = new Map([...state.limits.keys()].map((base) => [base, 0]));
  const pictures = new Map<string, number>();
  let looked = 0;
  for (const [chunk, images] of chunks.entries()) {
    const room = roomOf(state, found, pictures);
    if ([...room.values()].every(({ counterfactuals }) => counterfactuals <= 0)) break;
    const commit = commits.get(chunk);
    if (commit === undefined || [...room].some(([base, left]) => hasRoom(commit, base, left))) {
      const ahead = chunk + 1 < chunks.length && !commits.has(chunk + 1) ? chunk + 1 : undefined;
      return { commits: counted, looked, found, next: { chunk, images, commit, room, ahead } };
    }
    counted.push(commit);
    looked += images;
    for (const [base, more] of Object.entries(commit.bases)) add(found, base, more.counterfactuals);
    for (const { base } of commit.pictures) add(pictures, base, 1);
  }
  return { commits: counted, looked, found, next: undefined };
}

/** Whether a base lacks counterfactuals in a committed chunk that it has room for. */
export function hasRoom({ bases }: Pick<Commit, "bases">, base: string, { counterfactuals: room }: Room): boolean {
  const state = bases[base];
  if (state === undefined) return room > 0;
  return !state.complete && state.counterfactuals < room;
}

function roomOf(
  { limits, keepImages, decomposeImages }: WorkState,
  found: ReadonlyMap<string, number>,
  pictures: ReadonlyMap<string, number>,
): ReadonlyMap<string, Room> {
  return new Map(
    [...limits].map(([base, limit]) => {
      const had = found.get(base) ?? 0;
      const room: Room = {
        counterfactuals: Math.max(0, limit - had),
        pictures: Math.max(0, keepImages - (pictures.get(base) ?? 0)),
        products: Math.max(0, decomposeImages - had),
      };
      return [base, room];
    }),
  );
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
