import type { Look, Lowered, Offers } from "../../live/questions.ts";
import type { PredictionRow } from "./prediction-list.tsx";

/** Rows of the list: as the workspace has them before there is a counterfactual, then the largest movement first, or in the order of another list beside it. */
export function rowsOf(
  { classifiers }: Offers,
  {
    look,
    lowered,
    now = look.predictions,
    order,
  }: {
    readonly look: Look;
    readonly lowered: Lowered | undefined;
    readonly now?: readonly number[] | undefined;
    readonly order?: readonly string[] | undefined;
  },
): readonly PredictionRow[] {
  const rows = classifiers.map(({ name, judge }, index) => ({
    name,
    judge,
    before: look.predictions[index] ?? 0,
    now: now[index] ?? 0,
    relativeChange: null,
  }));
  if (lowered === undefined) return rows;
  const byName = new Map(rows.map((row) => [row.name, row]));
  const own = byName.get(lowered.base);
  const sorted = [
    ...(own === undefined ? [] : [own]),
    ...lowered.movements.flatMap(({ name, relativeChange }) => {
      const row = byName.get(name);
      return row === undefined ? [] : [{ ...row, relativeChange }];
    }),
  ];
  if (order === undefined) return sorted;
  const places = new Map(order.map((name, place) => [name, place]));
  return sorted.toSorted((a, b) => (places.get(a.name) ?? order.length) - (places.get(b.name) ?? order.length));
}
