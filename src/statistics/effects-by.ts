import { type Effects, type EffectsOptions, effects, type Interventions } from "./effects.ts";
import { groupBy } from "./group-by.ts";

/**
 * `effects` where not every feature may explain every classifier: one regression for all classifiers that the same ones explain. The effect of a feature
 * that does not explain a classifier is 0, without an error (NaN). explains: whether feature k is in the regression of classifier m.
 */
export function effectsBy(
  interventions: Interventions,
  explains: (classifier: number, feature: number) => boolean,
  options: EffectsOptions = {},
): Effects | undefined {
  const { features, classifiers } = interventions;
  const places = (count: number): number[] => Array.from({ length: count }, (_, place) => place);
  const values = new Float64Array(classifiers * features);
  const standardErrors = new Float64Array(options.errors === false ? 0 : values.length).fill(Number.NaN);
  const chosen = places(classifiers).map((m) => ({ m, used: places(features).filter((k) => explains(m, k)) }));
  for (const group of groupBy(chosen, ({ used }) => used.join()).values()) {
    const used = group[0]?.used as number[];
    const own = effects(
      {
        picture: interventions.picture,
        movements: columnsOf(interventions.movements, features, used),
        features: used.length,
        falls: columnsOf(
          interventions.falls,
          classifiers,
          group.map(({ m }) => m),
        ),
        classifiers: group.length,
      },
      options,
    );
    if (own === undefined) return undefined;
    for (const [row, { m }] of group.entries()) {
      for (const [column, k] of used.entries()) {
        values[m * features + k] = own.values[row * used.length + column] as number;
        if (standardErrors.length > 0)
          standardErrors[m * features + k] = own.standardErrors[row * used.length + column] as number;
      }
    }
  }
  return { values, standardErrors };
}

/** Some columns of a row-major matrix. */
function columnsOf(matrix: Float64Array, width: number, columns: readonly number[]): Float64Array {
  const rows = matrix.length / width;
  const some = new Float64Array(rows * columns.length);
  for (let r = 0; r < rows; r++) {
    for (const [at, column] of columns.entries()) {
      some[r * columns.length + at] = matrix[r * width + column] as number;
    }
  }
  return some;
}
