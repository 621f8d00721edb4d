import type { RunData } from "../../results/run-data.ts";
import { type Centred, centred, centredCorrelation } from "../../statistics/correlation.ts";
import { type Effects, ridgeResolution } from "../../statistics/effects.ts";
import { effectsBy } from "../../statistics/effects-by.ts";
import { predictionTable } from "../cells/presence.ts";

/** Pictures that are looked at, at most: the first of the run. */
export const mostUnedited = 1000;

/**
 * Correlation of two witnesses from which unedited pictures are not asked of their features. On the development pairs features correlate by up to 0.71 and no clean
 * model was charged; on photographs in which a feature came with the target nine times in ten (0.8) a regression charged one.
 */
const mostTogether = 0.75;

/** Part of its own effect that the regression leaves a feature, at least: a witness that hardly varies, or is a sum of others, is told 0 with certainty otherwise. */
const leastLeft = 0.9;

/** What unedited pictures say of the same effects. */
export interface Unedited extends Effects {
  /** Pictures behind them. */
  readonly count: number;
}

/**
 * The effects of features on classifiers once more, from pictures that nobody edited: the classifier's predictions regressed on those of all witnesses, each
 * less its mean. It errs where features come together (NaN where another's witness correlates with the feature's), where one hardly varies (NaN too), or where one that has no witness
 * comes along; an edit errs where it does more than it was asked for. undefined without predictions of all. explains: as `effectsBy` has it.
 */
export function uneditedEffects(
  predictions: RunData["predictions"],
  { classifiers, witnesses }: { readonly classifiers: readonly string[]; readonly witnesses: readonly string[] },
  explains: (classifier: number, feature: number) => boolean,
): Unedited | undefined {
  const { images, byClassifier } = predictionTable(predictions);
  const said = (name: string): Float64Array | undefined => byClassifier.get(name)?.input;
  // One that was never asked says nothing of the others.
  const asked = [...classifiers.keys()].filter((m) => said(classifiers[m] as string) !== undefined);
  const names = asked.map((m) => classifiers[m] as string);
  const columns = [...witnesses, ...names].map(said);
  const places = [...images.keys()]
    .filter((place) => columns.every((column) => Number.isFinite(column?.[place])))
    .slice(0, mostUnedited);
  if (places.length === 0 || names.length === 0) return undefined;
  const width = witnesses.length;
  const aboutMean = (name: string): Centred | undefined =>
    centred(places.map((place) => said(name)?.[place] as number));
  const told = witnesses.map(aboutMean);
  const movements = asTable(told, places.length);
  const left = ridgeResolution({ movements, features: width });
  const apart = witnesses.map(
    (_, k) => (left[k] as number) >= leastLeft && told.every((other, j) => j === k || !together(told[k], other)),
  );
  const found = effectsBy(
    {
      picture: Int32Array.from(places.keys()),
      movements,
      features: witnesses.length,
      falls: asTable(names.map(aboutMean), places.length),
      classifiers: names.length,
    },
    (m, k) => explains(asked[m] as number, k),
  );
  if (found === undefined) return undefined;
  const placed = (values: Float64Array): Float64Array => {
    const all = new Float64Array(classifiers.length * width).fill(Number.NaN);
    for (const [row, m] of asked.entries()) {
      for (const [k, own] of apart.entries()) if (own) all[m * width + k] = values[row * width + k] as number;
    }
    return all;
  };
  return { values: placed(found.values), standardErrors: placed(found.standardErrors), count: places.length };
}

/** Columns as a table, row by row; of a single picture, which has no spread, 0. */
function asTable(columns: readonly (Centred | undefined)[], rows: number): Float64Array {
  const table = new Float64Array(rows * columns.length);
  for (const [k, column] of columns.entries()) {
    column?.values.forEach((value, row) => {
      table[row * columns.length + k] = value;
    });
  }
  return table;
}

/** Whether two witnesses correlate so that their features come together. */
function together(a: Centred | undefined, b: Centred | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(centredCorrelation(a, b) ?? 0) > mostTogether;
}
