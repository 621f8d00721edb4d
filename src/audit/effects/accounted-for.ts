import type { AccountedFor } from "../../results/matrix-schema.ts";
import { jackknifeRatio } from "../../statistics/jackknife-ratio.ts";
import { baseChange, type Movements } from "../cells/movements.ts";
import type { MovedFeatures } from "./movements.ts";

/**
 * Part below which something that no feature names is said to lower a base. Chosen on the development pairs of the planted benchmark (docs/effects.md, "What no feature names").
 */
export const leastAccountedFor = 0.25;

/** What of the moved features explains falls. */
type Explaining = Pick<MovedFeatures, "features" | "witnesses" | "classifiers" | "explains" | "all">;

/** What the effect of one feature explains of the falls of a base. */
export interface ExplainedPart {
  readonly feature: string;
  readonly witness: string;
  /** β·w by counterfactual: the feature's effect on the base times how far its witness says that it went; NaN where that gave no number. */
  readonly falls: Float64Array;
}

/** What every moved feature explains of the fall of each of a base's counterfactuals; undefined of a base without effects. */
export function explainedParts(
  { features, witnesses, classifiers, explains, all }: Explaining,
  own: Movements,
): ExplainedPart[] | undefined {
  const m = classifiers.indexOf(own.base);
  if (m < 0) return undefined;
  const { before, after } = own.table;
  return features.flatMap((feature, k): ExplainedPart[] => {
    if (!explains(m, k)) return [];
    const witness = witnesses[k] as string;
    const effect = all.values[m * features.length + k] as number;
    const falls = Float64Array.from(own.changes(witness), (row) => {
      return row < 0 ? Number.NaN : effect * ((before[row] as number) - (after[row] as number));
    });
    return [{ feature, witness, falls }];
  });
}

/** Counterfactuals below which nothing is said. */
const minCount = 10;
/** Images that are named where too little is explained. */
const mostImages = 12;

/**
 * What the effects of features explain of the falls of every base that has effects, over all its counterfactuals: the part Σ β·w / Σ y. Effects are taken as they are, the
 * interval is that of the images (jackknife). An image on which a witness gave no number is left out, and a base with fewer than ten.
 */
export function accountedFor(
  moved: Explaining,
  moves: readonly Movements[],
  { confidence, least = leastAccountedFor }: { readonly confidence: number; readonly least?: number },
): AccountedFor[] {
  return moves.flatMap((own): AccountedFor[] => {
    const parts = explainedParts(moved, own);
    if (parts === undefined) return [];
    const images = own.counterfactuals
      .map((row, index) => ({
        image: row.image,
        fall: baseChange(row),
        explained: parts.reduce((sum, { falls }) => sum + (falls[index] as number), 0),
      }))
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
