import type { RunFile } from "../results/run-file.ts";
import type { Roles } from "./roles.ts";

/**
 * What the parts of a run cost, in counterfactuals: 1 for a counterfactual with everything that is shown to it. From the chunks of a demo: 727
 * counterfactuals in 19.5 s, 943 and 1589 rows of latent gradients of 8 draws (and 896 saliency maps) in 84.8 s. A gradient costs about two forward
 * passes and a counterfactual about twelve, whatever the models, so that the ratio holds elsewhere.
 */
export const costs = { gradient: 0.16, map: 0.05 } as const;

/** Rows that a run, or a part of it, makes. */
export interface Rows {
  readonly counterfactuals: number;
  /** Latent gradients by image and classifier, each averaged over the draws. */
  readonly products: number;
  /** Saliency maps by image and classifier. */
  readonly saliency: number;
  /** Counterfactuals kept as pictures: as many frames as a counterfactual has evaluations, drawn at the end of a chunk. */
  readonly pictures: number;
}

/** Before anything is made. */
export const noRows: Rows = { counterfactuals: 0, products: 0, saliency: 0, pictures: 0 };

/** Work of some rows, in counterfactuals. */
export function workOf(
  { counterfactuals, products, saliency, pictures }: Rows,
  { decompose }: Pick<RunFile["options"], "decompose">,
): number {
  return counterfactuals + pictures + products * (decompose?.draws ?? 0) * costs.gradient + saliency * costs.map;
}

/** How many classifiers the rows of an image are of. */
export interface Widths {
  /** Classifiers of an image's latent gradients. */
  readonly concepts: number;
  /** Classifiers of an image's saliency maps. */
  readonly mapped: number;
}

export function widthsOf({ bases, downstream, conceptSets }: Roles): Widths {
  const names = bases.map(({ classifier }) => classifier.name);
  const concepts = [...conceptSets.values()].flatMap((set) => set.map(({ name }) => name));
  return {
    concepts: new Set([...names, ...concepts]).size,
    mapped: new Set([...names, ...downstream.map(({ name }) => name)]).size,
  };
}

/** What the estimate of a whole run rests on. */
export interface WorkSoFar extends Widths {
  /** Images of the shard, and those whose chunks are finished. */
  readonly images: number;
  readonly looked: number;
  /** By base: its limit and its counterfactuals so far. */
  readonly bases: readonly { readonly limit: number; readonly count: number }[];
  /** Rows of the finished chunks. */
  readonly made: Rows;
}

/** Options that the rows of a run depend on. */
export type WorkOptions = Pick<RunFile["options"], "decompose" | "saliency" | "select" | "keepImages">;

/** Share of the images that a base is run on, before any was looked at. */
const guessedShare = 0.5;

/**
 * Rows of the whole run, if images go on as they did; before the first chunk half of the images are taken to be positive.
 * products: latent gradients with those of the chunk in hand, where these are known: most are of the first chunk.
 */
export function expectedRows(
  so: WorkSoFar & { readonly products?: number | undefined },
  { decompose, saliency, select, keepImages }: WorkOptions,
): Rows {
  const { images, looked, bases, made } = so;
  const share = (count: number): number => (select === "all" ? 1 : looked === 0 ? guessedShare : count / looked);
  const each = bases.map(({ limit, count }) =>
    Math.max(count, Math.min(limit, count + share(count) * (images - looked))),
  );
  const counterfactuals = each.reduce((sum, count) => sum + count, 0);
  // The first images of every base: with many bases those of one are not those of another.
  const spread = 1 + Math.min(2, (bases.length - 1) / 2);
  const decomposed = Math.min(images, (decompose?.images ?? 0) * spread);
  // Once every base had its first images, nothing is left to decompose.
  const allHad = looked > 0 && bases.every(({ count, limit }) => count >= Math.min(limit, decompose?.images ?? 0));
  return {
    counterfactuals,
    products: so.products ?? (allHad ? made.products : Math.max(made.products, decomposed * so.concepts)),
    pictures: Math.max(
      made.pictures,
      each.reduce((sum, count) => sum + Math.min(count, keepImages), 0),
    ),
    saliency: Math.max(made.saliency, Math.min(images, saliency?.images ?? 0) * so.mapped),
  };
}

/** Items in so many parts (fewer where there are fewer items), each a run of neighbours, as equal as can be. */
export function inRuns<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  const count = Math.min(parts, items.length);
  const at = (part: number): number => Math.round((part * items.length) / count);
  return Array.from({ length: count }, (_, part) => items.slice(at(part), at(part + 1)));
}
