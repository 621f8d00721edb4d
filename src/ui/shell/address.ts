import { useSyncExternalStore } from "react";

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

/** What the address after "#" says; it is the whole state of the page. */
export interface Address extends Reading {
  readonly base?: string;
  readonly downstream?: string;
  /** Name of the image whose counterfactual is open. */
  readonly image?: string;
}

/** Reads an address; what it does not know it leaves out. */
export function readAddress(hash: string): Address {
  const words = wordsOf(hash);
  const base = words.get("base");
  const downstream = words.get("downstream");
  const image = words.get("image");
  return {
    view: oneOf(views, words.get("view")),
    statistic: oneOf(statistics, words.get("statistic")),
    measure: oneOf(measures, words.get("measure")),
    ...(base === null ? {} : { base }),
    ...(downstream === null ? {} : { downstream }),
    ...(image === null ? {} : { image }),
  };
}

/** Writes an address: the defaults are left out. */
export function writeAddress(address: Address): string {
  const words = new URLSearchParams();
  if (address.view !== "alignment") words.set("view", address.view);
  if (address.statistic !== "decisive") words.set("statistic", address.statistic);
  if (address.measure !== "cosine") words.set("measure", address.measure);
  for (const key of ["base", "downstream", "image"] as const) {
    const value = address[key];
    if (value !== undefined) words.set(key, value);
  }
  return `#${words}`;
}

/** The address of a cell, keeping how the matrix is read. */
export function cellAddress(
  { view, statistic, measure }: Address,
  base: string,
  downstream: string,
  image?: string,
): string {
  return writeAddress({ view, statistic, measure, base, downstream, ...(image === undefined ? {} : { image }) });
}

/** The words after "#". */
export function wordsOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ""));
}

/** The word where it is one of those known, else the first of these. */
export function oneOf<T extends string>(known: readonly T[], word: string | null): T {
  return known.find((name) => name === word) ?? (known[0] as T);
}

const subscribe = (changed: () => void): (() => void) => {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
};

/** The words after "#" of the page, live, and how to go elsewhere; `replace` leaves no step in the history. */
export function useHash(): readonly [string, (target: string, replace?: boolean) => void] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const go = (target: string, replace = false): void => {
    if (target === location.hash) return;
    if (replace) {
      history.replaceState(null, "", target);
      dispatchEvent(new HashChangeEvent("hashchange"));
    } else {
      location.hash = target;
    }
  };
  return [hash, go];
}

/** The address of a run's page. */
export function useAddress(): readonly [Address, (next: Address, replace?: boolean) => void] {
  const [hash, go] = useHash();
  return [readAddress(hash), (next, replace) => go(writeAddress(next), replace)];
}
