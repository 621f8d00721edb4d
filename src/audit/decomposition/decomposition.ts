import type { BaseDecomposition } from "../../results/matrix-schema.ts";
import { gramOf } from "../../results/products.ts";
import type { RunData } from "../../results/run-data.ts";
import { type Decomposition, decompose } from "../../statistics/decompose.ts";
import { groupBy } from "../../statistics/group-by.ts";
import type { Interval } from "../../statistics/studentized.ts";
import { aboutConcept } from "../cells/concepts.ts";
import { movements } from "../cells/movements.ts";
import { decisions } from "../cells/presence.ts";

export interface DecompositionOptions {
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** What the decomposition of a base is made from. */
export interface DirectionProducts {
  readonly base: string;
  /** Classifiers that stand for the concepts. */
  readonly concepts: readonly string[];
  /** The first images that the base was run on. */
  readonly images: readonly string[];
  /** Per image the inner products of the latent gradients of the base, then the concepts, row-major. */
  readonly grams: readonly Float64Array[];
}

/** By base, in the order of the run, what its decomposition is made from; none for a run without `--decompose`. */
export function directionProducts(run: RunData): DirectionProducts[] {
  const { products = [], conceptSets = {} } = run;
  if (products.length === 0) return [];
  const byImage = groupBy(products, ({ image }) => image);
  return movements(run).map(({ base, counterfactuals }) => {
    const concepts = conceptSets[base] ?? [];
    const rows = counterfactuals.slice(0, run.options.decompose?.images ?? 0).flatMap(({ image }) => {
      const gram = gramOf(byImage.get(image) ?? [], [base, ...concepts]);
      return gram === undefined ? [] : [{ image, gram }];
    });
    return { base, concepts, images: rows.map(({ image }) => image), grams: rows.map(({ gram }) => gram) };
  });
}

/**
 * Which features make up the direction of each base: its latent gradient as a mixture of the gradients of its concepts, pooled over
 * the first images that it was run on. Only inner products are read. null for a run without them; bases without images are left out.
 */
export function decompositions(run: RunData, options: DecompositionOptions): BaseDecomposition[] | null {
  const all = directionProducts(run);
  return describedDecompositions(
    run,
    all,
    all.map((products) => decompositionOf(products, options)),
  );
}

/** The mixture of one base, of numbers alone; undefined without images or concepts, and where the base has no gradient. */
export function decompositionOf(
  { concepts, grams }: Pick<DirectionProducts, "concepts" | "grams">,
  options: DecompositionOptions,
): Decomposition | undefined {
  return decompose(grams, { base: 0, concepts: concepts.map((_, index) => index + 1), ...options });
}

/** Decompositions with what their concepts are; all: one for each of the products. null as `decompositions`. */
export function describedDecompositions(
  run: RunData,
  products: readonly DirectionProducts[],
  all: readonly (Decomposition | undefined)[],
): BaseDecomposition[] | null {
  if ((run.products ?? []).length === 0) return null;
  return products.flatMap(({ base, concepts }, place) => {
    const found = all[place];
    if (found === undefined) return [];
    const shares = found.shares.map(({ concept, share, weight, ci, inflation, group, state }) => ({
      ...aboutConcept(run, concepts[concept - 1] as string),
      share,
      weight,
      ci: pair(ci),
      inflation: inflation ?? null,
      group,
      state: state ?? null,
    }));
    const groups = found.groups.map(({ concepts: some, share, ci, state }) => {
      const members = shares.filter((_, index) => some.includes(index + 1));
      return {
        group: members[0]?.group ?? 0,
        concepts: members.map(({ concept }) => concept),
        share,
        ci: pair(ci),
        state,
      };
    });
    return [
      {
        base,
        count: found.count,
        explained: { value: found.explained.value, ci: pair(found.explained.ci) },
        alpha: found.alpha,
        conditionNumber: found.conditionNumber ?? null,
        shares,
        groups,
      },
    ];
  });
}

function pair(ci: Interval | undefined): [number, number] | null {
  return ci === undefined ? null : [...ci];
}

/**
 * The image that shows a decomposition best: of those it was made from, the first with most of the found concepts present.
 * undefined where the run has none of them.
 */
export function decompositionExample(run: RunData, { base, shares }: BaseDecomposition): string | undefined {
  const decided = decisions(run);
  const found = shares.filter(({ state }) => state === "found").map(({ classifier }) => classifier);
  const images = run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
  const present = (image: string): number =>
    found.filter((concept) => decided.positive(concept, image, "reconstruction") === true).length;
  const counted = images
    .slice(0, run.options.decompose?.images ?? 0)
    .map((image) => ({ image, count: present(image) }));
  return counted.reduce<(typeof counted)[number] | undefined>(
    (best, one) => (best === undefined || one.count > best.count ? one : best),
    undefined,
  )?.image;
}
