import { hasMoved } from "../../live/moved.ts";
import type { Look, Lowered, Offers } from "../../live/questions.ts";

/** What a classifier says: where it started, where it is, and how far it went for one unit of the base. */
export interface Prediction {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  readonly relativeChange: number | null;
}

/** A classifier, and what judges of its concept say. */
export interface PredictionRow extends Prediction {
  /** Whether it is a judge without a classifier to stand beside. */
  readonly judge: boolean;
  readonly judges: readonly Prediction[];
  /** Whether it moved, or a judge beside it did: rows that did not may be folded. */
  readonly moved: boolean;
}

interface Said {
  readonly look: Look;
  readonly lowered: Lowered | undefined;
  readonly now?: readonly number[] | undefined;
  readonly order?: readonly string[] | undefined;
  /** Of a list beside it: what moved there is not folded here. */
  readonly beside?: Lowered | undefined;
}

/** Rows of the list: as the workspace has them before there is a counterfactual, then the largest movement first, or in the order of another list beside it. */
export function rowsOf(offers: Offers, { look, lowered, now, order, beside }: Said): readonly PredictionRow[] {
  const changes = new Map(lowered?.movements.map(({ name, relativeChange }) => [name, relativeChange]));
  const movedThere = (name: string): boolean =>
    [lowered, beside].some((one) => one?.movements.some((each) => each.name === name && hasMoved(each)));
  const saidBy = (index: number): Prediction => {
    const name = offers.classifiers[index]?.name ?? "";
    const before = look.predictions[index] ?? 0;
    return { name, before, now: (now ?? look.predictions)[index] ?? 0, relativeChange: changes.get(name) ?? null };
  };
  const rows = judgedBy(offers).map(({ own, judges }): PredictionRow => {
    const names = [own, ...judges].map((index) => offers.classifiers[index]?.name ?? "");
    return {
      ...saidBy(own),
      judge: offers.classifiers[own]?.judge ?? false,
      judges: judges.map(saidBy),
      moved: names.some((name) => name === lowered?.base || name === beside?.base || movedThere(name)),
    };
  });
  return ordered(rows, lowered, order);
}

/** Places of the classifiers that have a row, each with the judges that stand in it: those of a concept in the row of the first classifier of it. */
function judgedBy({ classifiers }: Offers): readonly { readonly own: number; readonly judges: readonly number[] }[] {
  const first = new Map<string, number>();
  classifiers.forEach(({ judge, concept }, index) => {
    if (!judge && !first.has(concept)) first.set(concept, index);
  });
  const isFolded = ({ judge, concept }: Offers["classifiers"][number]): boolean => judge && first.has(concept);
  return classifiers.flatMap((one, own) => {
    if (isFolded(one)) return [];
    const judges = classifiers.flatMap((other, index) =>
      isFolded(other) && first.get(other.concept) === own ? [index] : [],
    );
    return [{ own, judges }];
  });
}

function ordered(
  rows: readonly PredictionRow[],
  lowered: Lowered | undefined,
  order: readonly string[] | undefined,
): readonly PredictionRow[] {
  const names = order ?? (lowered === undefined ? [] : [lowered.base, ...lowered.movements.map(({ name }) => name)]);
  const places = new Map(names.map((name, place) => [name, place]));
  return rows.toSorted((a, b) => (places.get(a.name) ?? names.length) - (places.get(b.name) ?? names.length));
}
