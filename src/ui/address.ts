import { useSyncExternalStore } from "react";

/** Which of three matrices is shown; all have the same rows and columns. */
export type View = "alignment" | "prediction-correlation" | "label-correlation";

/** Which figure of a cell the alignment matrix shows. */
export type Statistic = "decisive" | "mean" | "present" | "absent" | "ratio";

export const views: readonly View[] = ["alignment", "prediction-correlation", "label-correlation"];
export const statistics: readonly Statistic[] = ["decisive", "mean", "present", "absent", "ratio"];

/** What the address after "#" says; it is the whole state of the page. */
export interface Address {
  readonly view: View;
  readonly statistic: Statistic;
  readonly base?: string;
  readonly downstream?: string;
  /** Name of the image whose counterfactual is open. */
  readonly image?: string;
}

/** Reads an address; what it does not know it leaves out. */
export function readAddress(hash: string): Address {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const view = views.find((name) => name === words.get("view")) ?? "alignment";
  const statistic = statistics.find((name) => name === words.get("statistic")) ?? "decisive";
  const base = words.get("base");
  const downstream = words.get("downstream");
  const image = words.get("image");
  return {
    view,
    statistic,
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
  for (const key of ["base", "downstream", "image"] as const) {
    const value = address[key];
    if (value !== undefined) words.set(key, value);
  }
  return `#${words}`;
}

/** The address of a cell, keeping view and statistic. */
export function cellAddress({ view, statistic }: Address, base: string, downstream: string, image?: string): string {
  return writeAddress({ view, statistic, base, downstream, ...(image === undefined ? {} : { image }) });
}

const subscribe = (changed: () => void): (() => void) => {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
};

/** The address of the page, live, and how to go elsewhere; `replace` leaves no step in the history. */
export function useAddress(): readonly [Address, (next: Address, replace?: boolean) => void] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const go = (next: Address, replace = false): void => {
    const target = writeAddress(next);
    if (target === location.hash) return;
    if (replace) {
      history.replaceState(null, "", target);
      dispatchEvent(new HashChangeEvent("hashchange"));
    } else {
      location.hash = target;
    }
  };
  return [readAddress(hash), go];
}
