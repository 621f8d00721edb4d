import { CfalignError } from "../errors.ts";
import { rangeOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import type { SearchOptions } from "./types.ts";

/**
 * Defaults as on the command line; `maxLambda` is that of `explain`.
 * `maxShift` 0.4: well short of another image of the data. In the built-in world 636 of the 647 clean counterfactuals that
 * reach the drop within three median distances do so within 0.375 (scripts/measure/measure-max-shift.ts, 64 images). Further out the
 * way moves what the classifier does not use: with 1 the demo finds nine more cells, none with a true effect of 0.05.
 */
export const defaultSearch: SearchOptions = {
  search: "fast",
  drop: 0.6,
  floor: 0.05,
  maxShift: 0.4,
  step: 10,
  maxLambda: 3000,
  maxPixelChange: 0.05,
};

/** `maxLambda` over data sets. */
export const maxLambdaOverData = 500_000;

/** Options with defaults filled in and checked. Errors: CfalignError("usage") that names the option. */
export function searchOptions(options: Partial<SearchOptions>): SearchOptions {
  const given = Object.fromEntries(
    Object.keys(defaultSearch)
      .map((key) => [key, options[key as keyof SearchOptions]])
      .filter(([, value]) => value !== undefined),
  );
  const full: SearchOptions = { ...defaultSearch, ...given };
  if (full.search !== "fast" && full.search !== "reference") {
    throw new CfalignError("usage", `search: expected "fast" or "reference", got "${String(full.search)}"`);
  }
  for (const name of ["drop", "maxShift", "step", "maxLambda", "maxPixelChange"] as const) {
    if (!(full[name] > 0)) throw new CfalignError("usage", `${name}: expected a number above 0, got ${full[name]}`);
  }
  if (!(full.floor >= 0 && full.floor < 1)) {
    throw new CfalignError("usage", `floor: expected a number from 0 to below 1, got ${full.floor}`);
  }
  return full;
}

/** Refuses a drop that a classifier can never reach. Errors: CfalignError("usage"). */
export function assertDrop({ drop }: Pick<SearchOptions, "drop">, classifier: Classifier): void {
  const { low, high } = rangeOf(classifier);
  const span = Number((high - low).toPrecision(12));
  if (drop < span) return;
  throw new CfalignError(
    "usage",
    `drop: expected less than ${span}, since ${classifier.name} lies between ${low} and ${high}, got ${drop}`,
    { where: "drop" },
  );
}
