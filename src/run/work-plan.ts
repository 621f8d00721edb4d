import type { Commit } from "../results/commit.ts";

/** What later work depends on of a chunk that is computed, committed or about to be. */
export interface Computed extends Pick<Commit, "bases" | "pictures"> {
  /** Rows of tables that work is told from. */
  readonly parts: Readonly<Record<"counterfactuals" | "products" | "saliency", { readonly rows: number }>>;
}

/** What is asked of a shard, and what is there of it. */
export interface WorkState<C extends Computed = Commit> {
  /** Images of every chunk, in order. */
  readonly chunks: readonly number[];
  /** Counterfactuals wanted of every base, in the order of the run. */
  readonly limits: ReadonlyMap<string, number>;
  /** Counterfactuals of a base that are kept as pictures. */
  readonly keepImages: number;
  /** Counterfactuals of a base whose images are decomposed. */
  readonly decomposeImages: number;
  /** What is computed, by chunk. */
  readonly commits: ReadonlyMap<number, C>;
  /** Positions to look up to, in place of the limits: once a merge has seen all shards. */
  readonly further?: Further;
}

/** How far a shard has to look, by positions in the order of the run. */
export interface Further {
  /** By base; a base without an entry has all that it needs. */
  readonly until: ReadonlyMap<string, number>;
  /** Up to which images are shown to the classifiers, wanted by a base or not. */
  readonly images: number;
  /** Positions of every chunk. */
  readonly spans: readonly { readonly first: number; readonly last: number }[];
}

/** What a base may still get when a chunk begins. */
export interface Remaining {
  /** Counterfactuals until its limit; Infinity where `until` ends them. */
  readonly counterfactuals: number;
  /** Position of the last image of the chunk that is looked at. */
  readonly until?: number;
  /** Pictures until `keepImages`. */
  readonly pictures: number;
  /** Counterfactuals whose images are still to be decomposed. */
  readonly products: number;
}

/** A chunk that is to be computed or, where it is committed, to be added to. */
interface Work<C extends Computed = Commit> {
  readonly chunk: number;
  /** Images of the chunk. */
  readonly images: number;
  readonly commit: C | undefined;
  /** By base. */
  readonly remaining: ReadonlyMap<string, Remaining>;
  /** The chunk after it, where its images will be needed unless every base reaches its limit before. */
  readonly ahead: number | undefined;
}

export interface WorkPlan<C extends Computed = Commit> {
  /** Commits that count, in order: of the chunks before `next`, or of all that the limits take. */
  readonly commits: readonly C[];
  /** Images of these chunks. */
  readonly looked: number;
  /** Counterfactuals of these chunks by base. */
  readonly found: ReadonlyMap<string, number>;
  /** What is to be done now; undefined when every base has its limit or the images are at their end. */
  readonly next: Work<C> | undefined;
}

/** The next work of a shard: the first chunk that lacks something while a base is below its limit. */
export function planWork<C extends Computed>(state: WorkState<C>): WorkPlan<C> {
  const { chunks, commits } = state;
  const counted: C[] = [];
  const found = new Map([...state.limits.keys()].map((base) => [base, 0]));
  const pictures = new Map<string, number>();
  let looked = 0;
  for (const [chunk, images] of chunks.entries()) {
    const remaining = remainingOf(state, chunk, { found, pictures });
    const shown = state.further !== undefined && state.further.images >= firstOf(state.further, chunk);
    if (!shown && [...remaining.values()].every(({ counterfactuals }) => counterfactuals <= 0)) break;
    const commit = commits.get(chunk);
    if (commit === undefined || [...remaining].some(([base, left]) => canGrow(commit, base, left))) {
      const ahead = chunk + 1 < chunks.length && !commits.has(chunk + 1) ? chunk + 1 : undefined;
      return { commits: counted, looked, found, next: { chunk, images, commit, remaining, ahead } };
    }
    counted.push(commit);
    looked += images;
    for (const [base, more] of Object.entries(commit.bases)) add(found, base, more.counterfactuals);
    for (const { base } of commit.pictures) add(pictures, base, 1);
  }
  return { commits: counted, looked, found, next: undefined };
}

/** Whether a base lacks counterfactuals in a committed chunk that remain for it. */
export function canGrow(
  { bases }: Pick<Commit, "bases">,
  base: string,
  { counterfactuals: remaining, until }: Pick<Remaining, "counterfactuals" | "until">,
): boolean {
  const state = bases[base];
  if (state === undefined) return remaining > 0;
  if (state.complete || remaining <= 0) return false;
  return until === undefined
    ? state.counterfactuals < remaining
    : (state.pending?.some((position) => position <= until) ?? true);
}

function firstOf({ spans }: Further, chunk: number): number {
  return spans[chunk]?.first ?? Infinity;
}

function remainingOf(
  { limits, keepImages, decomposeImages, further }: Omit<WorkState, "commits">,
  chunk: number,
  { found, pictures }: { readonly found: ReadonlyMap<string, number>; readonly pictures: ReadonlyMap<string, number> },
): ReadonlyMap<string, Remaining> {
  const untilOf = (base: string): { readonly counterfactuals: number; readonly until?: number } => {
    const until = further?.until.get(base);
    const span = further?.spans[chunk];
    if (until === undefined || span === undefined || until < span.first) return { counterfactuals: 0 };
    return { counterfactuals: Infinity, until: Math.min(until, span.last) };
  };
  return new Map(
    [...limits].map(([base, limit]) => {
      const had = found.get(base) ?? 0;
      const remaining: Remaining = {
        ...(further === undefined ? { counterfactuals: Math.max(0, limit - had) } : untilOf(base)),
        pictures: Math.max(0, keepImages - (pictures.get(base) ?? 0)),
        products: Math.max(0, decomposeImages - had),
      };
      return [base, remaining];
    }),
  );
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
