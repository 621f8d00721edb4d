import type { Counterfactual } from "../counterfactual/types.ts";
import { CfalignError } from "../errors.ts";
import type { Classifier } from "../models/types.ts";

/** How one downstream classifier moved on a counterfactual. */
export interface Alignment {
  readonly downstream: string;
  /** f_d(x_0) */
  readonly before: number;
  /** f_d(x_λ) */
  readonly after: number;
  /** Eq. 3; undefined where the base did not move. */
  readonly relativeChange: number | undefined;
}

/** Shows a counterfactual and its reconstruction to downstream classifiers (Eq. 3). */
export async function align(
  counterfactual: Counterfactual,
  downstream: readonly Classifier[],
): Promise<readonly Alignment[]> {
  throw new CfalignError("internal", `align of ${counterfactual.base} with ${downstream.length} is not written yet`);
}
