import type { AlignBatchResult } from "../alignment/align-batch.ts";
import type { CounterfactualRow, NotFinite } from "../alignment/rows.ts";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import type { Commit } from "../results/commit.ts";
import type { ChunkRows } from "../results/commit-chunk.ts";
import { describedBy } from "../results/open-run.ts";
import type { RunData } from "../results/run-data.ts";
import type { RunFile } from "../results/run-file.ts";
import type { ChunkBatch, ChunkExecutor, FoundRows, OnProgress } from "./chunk-executor.ts";
import { chunkProducts } from "./chunk-products.ts";
import { mappedImages } from "./chunk-saliency.ts";
import type { Roles } from "./roles.ts";
import type { EncodedImage } from "./run-images.ts";
import type { WorkProgress } from "./run-progress.ts";
import { costs, expectedRows, noRows, widthsOf, workOf } from "./work.ts";
import { canGrow, type Remaining } from "./work-plan.ts";

/** What a chunk is computed with. */
export interface ChunkContext {
  readonly executor: ChunkExecutor;
  readonly roles: Roles;
  readonly file: RunFile;
  /** Bases whose counterfactuals are kept in small. */
  readonly thumbnails: ReadonlySet<string>;
  /** Told as work is done. */
  readonly progress: (within: WorkProgress) => void;
  /** Told what is found of bases on the images of a new chunk, before it is committed. */
  readonly soFar?: ((run: RunData) => void) | undefined;
}

export interface ChunkResult {
  readonly rows: ChunkRows;
  readonly bases: Commit["bases"];
  /** Pictures of kept counterfactuals, written. */
  readonly pictures: Commit["pictures"];
  readonly thumbnails: readonly Thumbnail[];
  /** What is left out of the rows, each once; with what a commit says already. */
  readonly notFinite: readonly NotFinite[];
}

/** Told as the steps of a part are done, and with how many of its counterfactuals finished. */
type OnPartProgress = (done: number, total: number, counterfactuals?: number) => void;

/** What a chunk is made of. */
type Part = "counterfactuals" | "products" | "saliency";

/**
 * Parts of a chunk, each told as its share of the work. expected: work of every part, as far as it is known before; had: counterfactuals of the
 * chunk that are there already; draws: steps of a row of latent gradients, where all of the chunk are made.
 */
function partsOf(
  {
    expected,
    had = 0,
    draws,
  }: { readonly expected?: Works; readonly had?: number; readonly draws?: number | undefined },
  { progress }: Pick<ChunkContext, "progress">,
) {
  const works = new Map(expected);
  const done = new Map<Part, number>();
  const sum = (some: Works): number => [...some.values()].reduce((total, work) => total + work, 0);
  let counterfactuals = had;
  let products: number | undefined;
  return {
    /** Does a part. unit: work of one of its steps. */
    async make<A>(part: Part, unit: number, make: (progress: OnPartProgress) => Promise<A>): Promise<A> {
      const made = await make((steps, total, more) => {
        works.set(part, unit * total);
        done.set(part, unit * steps);
        if (more !== undefined) counterfactuals = had + more;
        if (part === "products" && draws !== undefined) products = total / draws;
        const work = sum(works);
        progress({ share: work === 0 ? 0 : sum(done) / work, work, counterfactuals, products });
      });
      done.set(part, works.get(part) ?? 0);
      return made;
    },
  };
}

/** Work by part. */
type Works = ReadonlyMap<Part, number>;

/** Work that a chunk is expected to be, part by part, where nobody has looked yet. */
function expectedParts(
  images: number,
  remaining: ReadonlyMap<string, Remaining>,
  { roles, file }: ChunkContext,
): Works {
  const { options } = file;
  const bases = [...remaining.values()].map(({ counterfactuals }) => ({ limit: counterfactuals, count: 0 }));
  const about = { images, looked: 0, bases, made: noRows, ...widthsOf(roles) };
  const products = Math.max(0, ...[...remaining.values()].map((each) => each.products));
  const decompose = options.decompose && { ...options.decompose, images: products };
  const rows = expectedRows(about, { ...options, decompose });
  return new Map([
    ["counterfactuals", rows.counterfactuals + rows.pictures],
    ["products", workOf({ ...noRows, products: rows.products }, options)],
    ["saliency", workOf({ ...noRows, saliency: rows.saliency }, options)],
  ]);
}

/** What a chunk is computed for: what remains of every base before it, and the chunk as it is committed. */
export interface ChunkRequest {
  readonly remaining: ReadonlyMap<string, Remaining>;
  readonly old: { readonly commit: Commit; readonly rows: ChunkRows } | undefined;
}

/** Computes a chunk from nothing, or adds to it what a larger limit asks for. */
export function computeChunk(
  images: readonly EncodedImage[],
  { remaining, old }: ChunkRequest,
  context: ChunkContext,
): Promise<ChunkResult> {
  return old === undefined ? newChunk(images, remaining, context) : grownChunk(images, { ...old, remaining }, context);
}

async function newChunk(
  images: readonly EncodedImage[],
  remaining: ReadonlyMap<string, Remaining>,
  context: ChunkContext,
): Promise<ChunkResult> {
  const { file, soFar } = context;
  const { draws } = file.options.decompose ?? {};
  const parts = partsOf({ expected: expectedParts(images.length, remaining, context), draws }, context);
  const beyond = beyondIn(images, remaining);
  const found = (rows: FoundRows): void =>
    soFar?.({ ...describedBy(file), ...rows, images: images.map(({ row }) => row) });
  const decomposed = async () => {
    const result = await parts.make("counterfactuals", 1, (progress) =>
      batch(images, { remaining, skip: beyond, found }, { ...context, progress }),
    );
    const { counterfactuals } = result;
    const products = await parts.make("products", costs.gradient, (progress) =>
      chunkProducts(images, { counterfactuals, products: [], remaining }, { ...context, progress }),
    );
    return { result, products };
  };
  // Saliency waits for nothing: it is there for workers that are free before all counterfactuals are.
  const [{ result, products }, saliency] = await Promise.all([
    decomposed(),
    parts.make("saliency", costs.map, (progress) => saliencyOf(images, context, progress)),
  ]);
  const { counterfactuals } = result;
  return {
    rows: {
      images: images.map(({ row }) => ({ ...row, clampedShare: result.clampedShares.get(row.image) ?? null })),
      ...rowsOf(result),
      products,
      saliency,
    },
    bases: states(images, { remaining, counterfactuals, selected: result.selected, notFinite: result.notFinite }, file),
    pictures: result.pictures,
    thumbnails: result.thumbnails,
    notFinite: distinctPairs(result.notFinite),
  };
}

/** Of every base that lacks counterfactuals only the images after the last that it has. */
async function grownChunk(
  images: readonly EncodedImage[],
  {
    commit,
    rows,
    remaining,
  }: { readonly commit: Commit; readonly rows: ChunkRows; readonly remaining: ChunkRequest["remaining"] },
  context: ChunkContext,
): Promise<ChunkResult> {
  const place = new Map(images.map(({ row }, index) => [row.image, index]));
  const placeOf = (image: string): number => place.get(image) as number;
  const beyond = beyondIn(images, remaining);
  const left = new Map<string, Remaining>();
  const lastOf = new Map<string, number>();
  for (const [base, before] of remaining) {
    if (!canGrow(commit, base, before)) {
      left.set(base, { counterfactuals: 0, pictures: 0, products: before.products });
      continue;
    }
    const had = rows.counterfactuals.filter((row) => row.base === base);
    const pictures = commit.pictures.filter((picture) => picture.base === base).length;
    left.set(base, {
      ...before,
      counterfactuals: before.counterfactuals - had.length,
      pictures: Math.max(0, before.pictures - pictures),
    });
    lastOf.set(base, Math.max(-1, ...had.map(({ image }) => placeOf(image))));
  }
  const before = commit.notFinite ?? [];
  const lost = new Set(before.map(keyOfPair));
  const parts = partsOf({ had: rows.counterfactuals.length }, context);
  const added = await parts.make("counterfactuals", 1, (progress) =>
    batch(
      images.slice(1 + Math.min(...lastOf.values())),
      {
        remaining: left,
        skip: (base, image) =>
          placeOf(image) <= (lastOf.get(base) ?? -1) ||
          beyond(base, image) ||
          lost.has(keyOfPair({ image, classifier: base })),
      },
      { ...context, progress },
    ),
  );
  const baseOrder = new Map(context.file.bases.map((base, index) => [base, index]));
  const inOrder = <R extends { readonly image: string; readonly base: string }>(list: readonly R[]): R[] =>
    list.toSorted(
      (a, b) =>
        placeOf(a.image) - placeOf(b.image) || (baseOrder.get(a.base) as number) - (baseOrder.get(b.base) as number),
    );
  const counterfactuals = inOrder([...rows.counterfactuals, ...added.counterfactuals]);
  const changes = inOrder([...rows.changes, ...added.changes]);
  const products = await parts.make("products", costs.gradient, (progress) =>
    chunkProducts(images, { counterfactuals, products: rows.products, remaining }, { ...context, progress }),
  );
  return {
    rows: { ...rows, counterfactuals, changes, products },
    bases: states(
      images,
      { remaining, counterfactuals, selected: added.selected, notFinite: added.notFinite, old: commit },
      context.file,
    ),
    pictures: added.pictures,
    thumbnails: added.thumbnails,
    notFinite: distinctPairs([...before, ...added.notFinite]),
  };
}

function keyOfPair({ image, classifier }: NotFinite): string {
  return JSON.stringify([image, classifier]);
}

function distinctPairs(pairs: readonly NotFinite[]): readonly NotFinite[] {
  return [...new Map(pairs.map((pair) => [keyOfPair(pair), pair])).values()];
}

type Rows = Pick<AlignBatchResult, "predictions" | "counterfactuals" | "changes">;

function rowsOf({ predictions, counterfactuals, changes }: Rows): Rows {
  return { predictions, counterfactuals, changes };
}

/** Counterfactuals of the bases as far as any remain, on the images that are not skipped. remaining: of every base. */
async function batch(
  images: readonly EncodedImage[],
  { remaining, ...asked }: { readonly remaining: ReadonlyMap<string, Remaining> } & Pick<ChunkBatch, "skip" | "found">,
  { executor, thumbnails, progress }: Omit<ChunkContext, "progress"> & { progress: OnPartProgress },
) {
  return executor.batch({
    images: images.flatMap(({ row, pixels, latent }) =>
      pixels === undefined || latent === undefined ? [] : [{ image: row.image, pixels, latent }],
    ),
    ...asked,
    limits: new Map(
      [...remaining].map(([base, { counterfactuals }]) => [base, Math.min(counterfactuals, images.length)]),
    ),
    keep: new Map([...remaining].map(([base, { pictures }]) => [base, pictures])),
    thumbnails,
    progress,
  });
}

async function saliencyOf(
  images: readonly EncodedImage[],
  { executor, file }: ChunkContext,
  progress: OnProgress,
): Promise<ChunkRows["saliency"]> {
  const mapped = mappedImages(images, file.options);
  return mapped.length === 0 ? [] : executor.saliency(mapped, progress);
}

/** Whether an image lies beyond those that a base is to be looked at for. */
function beyondIn(
  images: readonly EncodedImage[],
  remaining: ReadonlyMap<string, Remaining>,
): (base: string, image: string) => boolean {
  const positions = new Map(images.map(({ row }) => [row.image, row.position]));
  return (base, image) => (positions.get(image) ?? 0) > (remaining.get(base)?.until ?? Infinity);
}

/** What the state of a chunk is told from. */
interface Made {
  readonly remaining: ReadonlyMap<string, Remaining>;
  readonly counterfactuals: readonly CounterfactualRow[];
  /** By base the images that it is run on, of those that were looked at now. */
  readonly selected: ReadonlyMap<string, readonly string[]>;
  /** What was left out of what was looked at now. */
  readonly notFinite: readonly NotFinite[];
  /** The chunk as it was committed before. */
  readonly old?: Commit;
}

/**
 * A base that got all that remained may have more images: only then is it not complete. A shard that takes a share says
 * which they are, so that a merge knows where the union ends. A base that nothing was wanted of stays as it was.
 */
function states(images: readonly EncodedImage[], made: Made, { share }: RunFile): Commit["bases"] {
  const { remaining, counterfactuals, selected, notFinite, old } = made;
  const lostNow = new Set(notFinite.map(keyOfPair));
  const lostBefore = new Set((old?.notFinite ?? []).map(keyOfPair));
  const done = new Map<string, Set<string>>();
  for (const { base, image } of counterfactuals) done.set(base, (done.get(base) ?? new Set()).add(image));
  const positions = new Map(images.map(({ row }) => [row.image, row.position]));
  return Object.fromEntries(
    [...remaining].map(([base, wanted]): [string, Commit["bases"][string]] => {
      const before = old?.bases[base];
      if (old !== undefined && before !== undefined && !canGrow(old, base, wanted)) return [base, before];
      const own = done.get(base) ?? new Set();
      const isLost = (lost: ReadonlySet<string>, image: string): boolean =>
        lost.has(keyOfPair({ image, classifier: base }));
      const chosen = selected.get(base) ?? [];
      if (share === undefined) {
        // Those that gave nothing took the place of others, which the next look at the chunk gives them.
        const nothing = chosen.filter((image) => !own.has(image) && isLost(lostNow, image)).length;
        return [base, { counterfactuals: own.size, complete: own.size + nothing < wanted.counterfactuals }];
      }
      const left = chosen.filter((image) => !own.has(image) && !isLost(lostNow, image) && !isLost(lostBefore, image));
      const pending = left.map((image) => positions.get(image) as number);
      return [base, { counterfactuals: own.size, complete: pending.length === 0, pending }];
    }),
  );
}
