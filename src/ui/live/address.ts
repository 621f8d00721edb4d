import { given, hashOf } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** The state of the live page. A reader's own picture is on no address: it stays where it is. */
export interface Address {
  /** Name of a picture of the workspace. */
  readonly picture?: string;
  /** Expression of the classifier that is lowered. */
  readonly base?: string;
  /** Expression of a second one, to compare. */
  readonly against?: string;
  /** Place on the way, from 0 to 1. */
  readonly at?: string;
}

/** The state of the live page as an address. */
export const liveAddress: AddressForm<Address> = {
  read: (hash) => given(hash, ["picture", "base", "against", "at"]),
  write: ({ picture, base, against, at }) => hashOf({ picture, base, against, at }),
  opens: () => undefined,
};

/** The place on the way that an address names: the counterfactual where it names none. */
export function shareOf({ at }: Address): number {
  const share = at === undefined ? 1 : Number(at);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 1;
}

/** An address of those words that have a value. */
export function addressOf(words: { readonly [word in keyof Address]: string | undefined }): Address {
  return liveAddress.read(hashOf(words));
}
