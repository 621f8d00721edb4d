import { given, hashOf, oneOf, unlessFirst } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** Which matrix is shown; all have the same rows and columns, and a run has some of them. */
export type View =
  | "effect"
  | "alignment"
  | "decomposition"
  | "partial"
  | "saliency-similarity"
  | "prediction-correlation"
  | "label-correlation";

/** Which figure of a cell the alignment matrix shows. */
export type Statistic = "decisive" | "mean" | "present" | "absent" | "ratio";

/** How two saliency maps are compared. */
export type Measure = "cosine" | "rank";

export const views: readonly View[] = [
  "effect",
  "alignment",
  "decomposition",
  "partial",
  "saliency-similarity",
  "prediction-correlation",
  "label-correlation",
];
export const statistics: readonly Statistic[] = ["decisive", "mean", "present", "absent", "ratio"];
export const measures: readonly Measure[] = ["cosine", "rank"];

/** How the matrix is read: which one, and which figure where it has several. */
export interface Reading {
  readonly view: View;
  readonly statistic: Statistic;
  readonly measure: Measure;
}

/** In which order rows and columns stand. */
export type Order = "given" | "similar" | "found" | "name";
export const orders: readonly Order[] = ["given", "similar", "found", "name"];

/** Which rows and columns are shown, and in which order; the same in every view. */
export interface Arrangement {
  /** Parts of names, after commas. */
  readonly rows?: string;
  readonly columns?: string;
  /** "findings": only rows and columns with a finding. */
  readonly only?: string;
  readonly order: Order;
  /** Column that the rows are sorted by, row that the columns are sorted by: the largest value first. */
  readonly rowsBy?: string;
  readonly columnsBy?: string;
  /** "fit": cells as narrow as the window asks for, without numbers. */
  readonly cells?: string;
}

/** The state of a run's page. */
export interface Address extends Omit<Reading, "view">, Arrangement {
  /** Absent: the first that the run has. */
  readonly view?: View;
  readonly base?: string;
  readonly downstream?: string;
  /** Name of the image whose counterfactual is open. */
  readonly image?: string;
  /** Base whose counterfactual of the same image stands beside it. */
  readonly beside?: string;
}

/** The state of a run's page as an address: the defaults are left out. */
export const runAddress: AddressForm<Address> = {
  read(hash) {
    const words = given(hash, ["view", "statistic", "measure", "order"]);
    const view = views.find((each) => each === words.view);
    return {
      ...(view === undefined ? {} : { view }),
      statistic: oneOf(statistics, words.statistic),
      measure: oneOf(measures, words.measure),
      order: oneOf(orders, words.order),
      ...given(hash, [
        "rows",
        "columns",
        "only",
        "rowsBy",
        "columnsBy",
        "cells",
        "base",
        "downstream",
        "image",
        "beside",
      ]),
    };
  },
  write: ({
    view,
    statistic,
    measure,
    order,
    rows,
    columns,
    only,
    rowsBy,
    columnsBy,
    cells,
    base,
    downstream,
    image,
    beside,
  }) =>
    hashOf({
      view,
      statistic: unlessFirst(statistics, statistic),
      measure: unlessFirst(measures, measure),
      order: unlessFirst(orders, order),
      ...{ rows, columns, only, rowsBy, columnsBy, cells, base, downstream, image, beside },
    }),
  opens: ({ base, downstream, image }) => {
    if (base === undefined) return [];
    // A base that the run does not have is told where cells are.
    return downstream === undefined ? ["classifier", "cell"] : [...(image === undefined ? [] : ["picture"]), "cell"];
  },
};

/** The address with another view. views: those that the run has. */
export function withView(address: Address, view: View, views: readonly View[]): Address {
  const { view: _, ...rest } = address;
  return view === views[0] ? rest : { ...rest, view };
}

/** The address of a cell, keeping how the matrix is read and arranged. */
export function cellAddress(address: Address, cell: Pick<Address, "base" | "downstream" | "image">): string {
  const { base: _, downstream: __, image: ___, ...matrix } = address;
  return runAddress.write({ ...matrix, ...cell });
}

/** How the matrix is read and arranged, as an address without a cell: it stays the same while one goes from cell to cell. */
export function matrixAddress(address: Address): string {
  const { beside: _, ...rest } = address;
  return cellAddress(rest, {});
}

/** An address with further words. */
export function withWords(address: string, words: Readonly<Record<string, string>>): string {
  return `#${[address.slice(1), new URLSearchParams(words)].filter((part) => String(part) !== "").join("&")}`;
}
