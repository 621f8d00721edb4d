import type { RectifiedTarget } from "../../rectify/schema.ts";
import { given, hashOf, oneOf, unlessFirst } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** What the matrix of a rectification shows. */
export type Moment = "change" | "before" | "after";

/** Images over which figures are given: all of the fixed set, or those with or without the feature. */
export type Stratum = "all" | "present" | "absent";

export const moments: readonly Moment[] = ["change", "before", "after"];
export const strata: readonly Stratum[] = ["all", "present", "absent"];

/** The state of a rectification's page. */
export interface RectificationAddress {
  readonly moment: Moment;
  readonly stratum: Stratum;
  /** Target whose curves and ledger are open; the first that was fitted, if the address does not say. */
  readonly target?: string;
}

/** The state of a rectification's page as an address: the defaults are left out. */
export const rectificationAddress: AddressForm<RectificationAddress> = {
  read(hash) {
    const { matrix, images, ...target } = given(hash, ["matrix", "images", "target"]);
    return { moment: oneOf(moments, matrix), stratum: oneOf(strata, images), ...target };
  },
  write: ({ moment, stratum, target }) =>
    hashOf({ matrix: unlessFirst(moments, moment), images: unlessFirst(strata, stratum), target }),
  opens: ({ target }) => (target === undefined ? [] : ["target"]),
};

/** The target that an address opens. */
export function openTarget(
  targets: readonly RectifiedTarget[],
  { target }: RectificationAddress,
): RectifiedTarget | undefined {
  return (
    targets.find((each) => each.target === target) ?? targets.find(({ descent }) => descent !== null) ?? targets[0]
  );
}
