import type { Autoencoder } from "../models/types.ts";
import { checkedOptions } from "../options/option.ts";
import { searchOptionTable } from "../options/search.ts";
import type { SearchOptions } from "./types.ts";

/** Those of `explain`, as on the command line. */
export const defaultSearch: SearchOptions = checkedOptions(searchOptionTable, {});

/** Options with defaults filled in and checked. Errors: CfalignError("usage") that names the option. */
export function searchOptions(options: Partial<SearchOptions>): SearchOptions {
  return checkedOptions(searchOptionTable, options);
}

/** Options with the limit of the shift that a latent asks for, where none is given. */
export function suitedTo<T extends Partial<SearchOptions>>({ maxShift }: Autoencoder, options: T): T {
  return options.maxShift !== undefined || maxShift === undefined ? options : { ...options, maxShift };
}
