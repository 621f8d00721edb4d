import type { Order } from "../../label/next-pictures.ts";
import { given, hashOf, oneOf, unlessFirst } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** What is shown of a feature: pictures to judge, or those that were judged. */
export const views = ["judge", "has", "has-not"] as const;
export type View = (typeof views)[number];

/** How pictures to judge are sorted. */
export const sorts = ["unsure", "likely", "random"] as const satisfies readonly Order[];

/** The state of the Label page. */
export interface Address {
  readonly feature: string | undefined;
  readonly view: View;
  readonly sort: Order;
}

/** The state of the Label page as an address. */
export const labelAddress: AddressForm<Address> = {
  read(hash) {
    const { feature, view, sort } = given(hash, ["feature", "view", "sort"]);
    return { feature, view: oneOf(views, view), sort: oneOf(sorts, sort) };
  },
  write: ({ feature, view, sort }) =>
    hashOf({ feature, view: unlessFirst(views, view), sort: unlessFirst(sorts, sort) }),
  opens: () => [],
};
