import { jackknifeRatio } from "../../statistics/jackknife-ratio.ts";
import { baseChange, type Movements } from "../cells/movements.ts";
import type { Matrix } from "../schema.ts";
import type { MovedFeatures } from "./movements.ts";

/** How much of a base's falls along its own counterfactuals the moved features explain. */
export type AccountedFor = NonNullable<Matrix["accountedFor"]>[number];

/**
 * Part below which something that no feature names is said to lower a base. Chosen on the development pairs of the planted benchmark (docs/effects.md, "What no feature names").
 */
export const leastAccountedFor = 0.25;

/** Counterfactuals below which nothing is said. */
const minCount = 10;
/** Images that are named where too little is explained. */
const mostImages = 12;

/**
 * What the effects of features explain of the falls of every base that has effects, over all its counterfactuals: the part Σ β·w / Σ y. Effects are taken as they are, the
 * interval is that of the images (jackknife). An image on which a witness gave no number is left out, and a base with fewer than ten.
 */
export function accountedFor(
  {
    features,
    witnesses,
    classifiers,
    explains,
    all,
  }: Pick<MovedFeatures, "features" | "witnesses" | "classifiers" | "explains" | "all">,
  moves: readonly Movements[],
  { confidence, least = leastAccountedFor }: { readonly confidence: number; readonly least?: number },
): AccountedFor[] {
  return moves.flatMap((own): AccountedFor[] => {
    const m = classifiers.indexOf(own.base);
    if (m < 0) return [];
    const explained = new Float64Array(own.counterfactuals.length);
    const { before, after } = own.table;
    for (const [k, witness] of witnesses.entries()) {
      if (!explains(m, k)) continue;
      const effect = all.values[m * features.length + k] as number;
      for (const [index, row] of own.changes(witness).entries()) {
        const fall = row < 0 ? Number.NaN : (before[row] as number) - (after[row] as number);
        explained[index] = (explained[index] as number) + effect * fall;
      }
    }
    const images = own.counterfactuals
      .map((row, index) => ({ image: row.image, fall: baseChange(row), explained: explained[index] as number }))
      .filter((one) => Number.isFinite(one.explained));
    const ratio = jackknifeRatio(
      images.map((one) => one.explained),
      images.map(({ fall }) => fall),
      confidence,
    );
    if (ratio === undefined || images.length < minCount) return [];
    const enough = ratio.value >= least;
    return [
      {
        base: own.base,
        value: ratio.value,
        ci: ratio.ci === undefined ? null : [...ratio.ci],
        count: images.length,
        enough,
        images: enough ? [] : images.sort(byUnexplained).slice(0, mostImages),
      },
    ];
  });
}

function byUnexplained(a: AccountedFor["images"][number], b: AccountedFor["images"][number]): number {
  return b.fall - b.explained - (a.fall - a.explained);
}
