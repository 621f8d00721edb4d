import type { PartialRegression } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { chooseAlpha, folds, summed } from "../../statistics/choose-alpha.ts";
import { mean, variance } from "../../statistics/moments.ts";
import { type NormalEquations, residual, ridge } from "../../statistics/ridge.ts";
import { aboutConcept } from "../cells/concepts.ts";
import type { Decisions } from "../cells/presence.ts";

/** logit(1 − 2⁻⁵³): beyond it a float64 prediction near 1 says no more, so that both ends are cut there alike. */
const largestLogit = 53 * Math.LN2;
/** Images below which there is no regression. */
const minCount = 10;

/**
 * The regression that costs nothing: every base's logit on the logits of its concepts over all images of the run (predictions on the input), all standardized,
 * by ridge with α chosen on held-out tenths of the images. A coefficient is what predictions say a base shares with one concept beside the
 * others; it sees what goes together on these images, not what moves the base. null for a run that names no concept sets.
 */
export function partialRegressions(run: RunData, decided: Decisions): PartialRegression[] | null {
  const { conceptSets } = run;
  if (conceptSets === undefined) return null;
  return run.bases.flatMap((base) => {
    const concepts = (conceptSets[base] ?? []).filter((concept) => decided.predictions(concept) !== undefined);
    const rows = logitRows(run, decided, [base, ...concepts]);
    if (rows.length < minCount) return [];
    const columns = standardized(rows);
    const [own, ...others] = columns;
    const varying = concepts.flatMap((concept, k) => (others[k] === undefined ? [] : [{ concept, values: others[k] }]));
    if (own === undefined || varying.length === 0) return [];
    const parts = Array.from({ length: folds }, (_, part) =>
      equationsOf(
        own,
        varying.map(({ values }) => values),
        (image) => image % folds === part,
      ),
    );
    const size = varying.length;
    const pooled = summed(parts, size);
    const alpha = chooseAlpha(parts, size);
    const weights = ridge(pooled, alpha);
    if (weights === undefined) return [];
    return [
      {
        base,
        count: rows.length,
        explained: 1 - residual(pooled, weights) / pooled.total,
        alpha,
        coefficients: varying.map(({ concept }, k) => ({
          ...aboutConcept(run, concept),
          coefficient: weights[k] as number,
        })),
      },
    ];
  });
}

/** Logits of classifiers on every image that has a prediction of each. */
function logitRows(run: RunData, decided: Decisions, classifiers: readonly string[]): number[][] {
  const tables = classifiers.map((name) => ({
    inputs: decided.predictions(name)?.input,
    range: run.ranges[name] ?? [0, 1],
  }));
  return decided.images.flatMap((_, place) => {
    const values = tables.map(({ inputs, range: [low, high] }) =>
      logit(((inputs?.[place] ?? Number.NaN) - low) / (high - low)),
    );
    return values.some(Number.isNaN) ? [] : [values];
  });
}

function logit(prediction: number): number {
  const inside = Math.min(1, Math.max(0, prediction));
  return Math.min(largestLogit, Math.max(-largestLogit, Math.log(inside) - Math.log1p(-inside)));
}

/** Columns with mean 0 and variance 1; undefined for one that does not vary. */
function standardized(rows: readonly (readonly number[])[]): (Float64Array | undefined)[] {
  return (rows[0] ?? []).map((_, column) => {
    const values = Float64Array.from(rows, (row) => row[column] as number);
    const centre = mean(values);
    const spread = Math.sqrt(variance(values, centre));
    return spread === 0 ? undefined : values.map((value) => (value - centre) / spread);
  });
}

function equationsOf(
  own: Float64Array,
  others: readonly Float64Array[],
  includes: (image: number) => boolean,
): NormalEquations {
  const size = others.length;
  const gram = new Float64Array(size * size);
  const along = new Float64Array(size);
  let total = 0;
  own.forEach((value, image) => {
    if (!includes(image)) return;
    total += value * value;
    others.forEach((row, i) => {
      const entry = row[image] as number;
      along[i] = (along[i] as number) + entry * value;
      others.forEach((column, j) => {
        gram[i * size + j] = (gram[i * size + j] as number) + entry * (column[image] as number);
      });
    });
  });
  return { gram, along, total };
}
