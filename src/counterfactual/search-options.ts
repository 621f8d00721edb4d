import { CfalignError } from "../errors.ts";
import { noiseOptions } from "./noise.ts";
import { directionKinds, type SearchOptions } from "./types.ts";

/**
 * Defaults as on the command line; `maxLambda` is that of `explain`.
 * `maxShift` 0.4: well short of another image of the data. In the built-in world 636 of the 647 clean counterfactuals that
 * reach the drop within three median distances do so within 0.375 (scripts/measure/measure-max-shift.ts, 64 images). Further out the
 * way moves what the classifier does not use: with 1 the demo finds nine more cells, none with a true effect of 0.05.
 * `steps` 2 and `draws` 4: a path that takes less than four times the gradient's work, and in the built-in world does what three steps of eight
 * draws do (scripts/measure/directions.ts).
 */
export const defaultSearch: SearchOptions = {
  search: "fast",
  direction: "gradient",
  steps: 2,
  draws: 4,
  noise: 0.5,
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
  const full: SearchOptions = {
    ...defaultSearch,
    ...(options.search === "reference" ? { direction: "gradient" } : {}),
    ...given,
  };
  if (full.search !== "fast" && full.search !== "reference") {
    throw new CfalignError("usage", `search: expected "fast" or "reference", got "${String(full.search)}"`);
  }
  if (!directionKinds.includes(full.direction)) {
    throw new CfalignError(
      "usage",
      `direction: expected ${directionKinds.join(", ")}, got "${String(full.direction)}"`,
    );
  }
  if (full.search === "reference" && full.direction !== "gradient") {
    throw new CfalignError(
      "usage",
      `direction: expected "gradient" with the search "reference", which is the published one, got "${full.direction}"`,
    );
  }
  if (!Number.isSafeInteger(full.steps) || full.steps < 1) {
    throw new CfalignError("usage", `steps: expected a whole number, 1 or more, got ${full.steps}`);
  }
  noiseOptions(full);
  for (const name of ["drop", "maxShift", "step", "maxLambda", "maxPixelChange"] as const) {
    if (!(full[name] > 0)) throw new CfalignError("usage", `${name}: expected a number above 0, got ${full[name]}`);
  }
  if (!(full.floor >= 0 && full.floor < 1)) {
    throw new CfalignError("usage", `floor: expected a number from 0 to below 1, got ${full.floor}`);
  }
  return full;
}
