import type { Look, Lowered, Offers } from "../../live/questions.ts";
import type { PredictionRow } from "./prediction-list.tsx";

/** Rows of the list: as the workspace has them before there is a counterfactual, then the largest movement first. */
export function rowsOf(
  { classifiers }: Offers,
  {
    look,
    lowered,
    now = look.predictions,
  }: { readonly look: Look; readonly lowered: Lowered | undefined; readonly now: readonly number[] | undefined },
): readonly PredictionRow[] {
  const rows = classifiers.map(({ name, judge }, index) => ({
    name,
    judge,
    before: look.predictions[index] ?? 0,
    now: now[index] ?? 0,
    relativeChange: undefined,
  }));
  if (lowered === undefined) return rows;
  const byName = new Map(rows.map((row) => [row.name, row]));
  const own = byName.get(lowered.base);
  return [
    ...(own === undefined ? [] : [own]),
    ...lowered.movements.flatMap(({ name, relativeChange }) => {
      const row = byName.get(name);
      return row === undefined ? [] : [{ ...row, relativeChange }];
    }),
  ];
}
