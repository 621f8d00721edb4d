import type { RectifiedTarget } from "../../rectify/schema.ts";
import { oneOf, useHash, wordsOf } from "../shell/address.ts";

/** What the matrix of a rectification shows. */
export type Moment = "change" | "before" | "after";

/** Images over which figures are given: all of the fixed set, or those with or without the feature. */
export type Stratum = "all" | "present" | "absent";

export const moments: readonly Moment[] = ["change", "before", "after"];
export const strata: readonly Stratum[] = ["all", "present", "absent"];

/** What the address after "#" says. */
export interface RectificationAddress {
  readonly moment: Moment;
  readonly stratum: Stratum;
  /** Target whose curves and ledger are open; the first that was fitted, if the address does not say. */
  readonly target?: string;
}

export function readRectificationAddress(hash: string): RectificationAddress {
  const words = wordsOf(hash);
  const target = words.get("target");
  return {
    moment: oneOf(moments, words.get("matrix")),
    stratum: oneOf(strata, words.get("images")),
    ...(target === null ? {} : { target }),
  };
}

export function writeRectificationAddress({ moment, stratum, target }: RectificationAddress): string {
  const words = new URLSearchParams();
  if (moment !== "change") words.set("matrix", moment);
  if (stratum !== "all") words.set("images", stratum);
  if (target !== undefined) words.set("target", target);
  return `#${words}`;
}

/** The address of the page, live, and how to go elsewhere. */
export function useRectificationAddress() {
  const [hash, go] = useHash();
  return [
    readRectificationAddress(hash),
    (next: RectificationAddress, replace?: boolean) => go(writeRectificationAddress(next), replace),
  ] as const;
}

/** The target that an address opens. */
export function openTarget(
  targets: readonly RectifiedTarget[],
  { target }: RectificationAddress,
): RectifiedTarget | undefined {
  return (
    targets.find((each) => each.target === target) ?? targets.find(({ descent }) => descent !== null) ?? targets[0]
  );
}
