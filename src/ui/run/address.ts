import { given, hashOf, oneOf, unlessFirst } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** Which matrix is shown; all have the same rows and columns, and a run has some of them. */
export type View =
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

/** The state of a run's page. */
export interface Address extends Reading {
  readonly base?: string;
  readonly downstream?: string;
  /** Name of the image whose counterfactual is open. */
  readonly image?: string;
}

/** The state of a run's page as an address: the defaults are left out. */
export const runAddress: AddressForm<Address> = {
  read(hash) {
    const words = given(hash, ["view", "statistic", "measure"]);
    return {
      view: oneOf(views, words.view),
      statistic: oneOf(statistics, words.statistic),
      measure: oneOf(measures, words.measure),
      ...given(hash, ["base", "downstream", "image"]),
    };
  },
  write: ({ view, statistic, measure, base, downstream, image }) =>
    hashOf({
      view: unlessFirst(views, view),
      statistic: unlessFirst(statistics, statistic),
      measure: unlessFirst(measures, measure),
      base,
      downstream,
      image,
    }),
  opens: ({ base }) => (base === undefined ? undefined : "cell"),
};

/** The address of a cell, keeping how the matrix is read. */
export function cellAddress(
  { view, statistic, measure }: Address,
  cell: Pick<Address, "base" | "downstream" | "image">,
): string {
  return runAddress.write({ view, statistic, measure, ...cell });
}
