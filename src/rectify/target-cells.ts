import { conceptOf } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";
import { at } from "./fit.ts";
import { ledger } from "./ledger.ts";
import type { Repair } from "./repair.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { TargetCase } from "./target-case.ts";
import type { TargetContext } from "./target-context.ts";

/** The target's row of the matrix on test, before and after, with what every column is to the target. */
export function targetCells(
  { target, against, columns, set, before }: TargetCase,
  { after }: Repair,
  { settings, resamples }: TargetContext,
): RectifiedTarget["cells"] {
  const { test } = set.places;
  const present = columns.map((column) => at(set.present(column), test));
  return ledger(at(before, test), after.test, present, { ...settings, resamples }).map((cell, column) => {
    const shown = columns[column] as Classifier;
    const own = conceptOf(shown) === conceptOf(target);
    return { downstream: shown.name, role: column < against.length ? "against" : own ? "own" : "other", ...cell };
  });
}
