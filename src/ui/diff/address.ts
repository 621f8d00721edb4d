import { given, hashOf } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** The cell that is open, by its places in the matrix: the address after "#" holds the names of the second run. */
export interface DiffAddress {
  readonly base?: string;
  readonly downstream?: string;
}

/** The state of the page of a diff as an address. */
export const diffAddress: AddressForm<DiffAddress> = {
  read: (hash) => given(hash, ["base", "downstream"]),
  write: ({ base, downstream }) => hashOf({ base, downstream }),
  opens: ({ base }) => (base === undefined ? [] : ["cell"]),
};
