import { padded } from "../counterfactual/shift-searches.ts";
import { stack, type Tensor } from "../tensor.ts";

/** Rows as one tensor, filled up to whole calls so that no row's result depends on how many come with it. */
export function filled(rows: readonly Tensor[]): Tensor {
  return stack(padded(rows, true));
}
