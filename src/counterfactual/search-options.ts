import { CfalignError } from "../base/errors.ts";
import { rangeOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { checkedOptions } from "../options/option.ts";
import { searchOptionTable } from "../options/search.ts";
import type { SearchOptions } from "./types.ts";

/** Those of `explain`, as on the command line. */
export const defaultSearch: SearchOptions = checkedOptions(searchOptionTable, {});

/** Options with defaults filled in and checked. Errors: CfalignError("usage") that names the option. */
export function searchOptions(options: Partial<SearchOptions>): SearchOptions {
  const search = checkedOptions(searchOptionTable, options);
  assertDirection(search);
  return search;
}

/** Refuses another direction than Eq. 1 for the published search. Errors: CfalignError("usage") that names the option. */
export function assertDirection({ search, direction }: Pick<SearchOptions, "search" | "direction">): void {
  if (search !== "reference" || direction === "gradient") return;
  throw new CfalignError(
    "usage",
    (named) =>
      `${named("direction")}: expected "gradient" with the search "reference", which is the published one, got "${direction}"`,
    { option: "direction" },
  );
}

/** Options with the limit of the shift that a latent asks for, where none is given. */
export function suitedTo<T extends Partial<SearchOptions>>({ maxShift }: Autoencoder, options: T): T {
  return options.maxShift !== undefined || maxShift === undefined ? options : { ...options, maxShift };
}

/** Refuses a drop that a classifier can never reach. Errors: CfalignError("usage"). */
export function assertDrop({ drop }: Pick<SearchOptions, "drop">, classifier: Classifier): void {
  const { low, high } = rangeOf(classifier);
  const span = Number((high - low).toPrecision(12));
  if (drop < span) return;
  throw new CfalignError(
    "usage",
    (named) =>
      `${named("drop")}: expected less than ${span}, since ${classifier.name} lies between ${low} and ${high}, got ${drop}`,
    { option: "drop" },
  );
}
