import type { Classifier } from "../models/types.ts";
import { isProbe, isUnchecked } from "../run/roles.ts";
import type { RepairEffect } from "./repair-schema.ts";

/** No effect is clear by a probe, which sees go what is still there for everybody else, or by a name that nobody has checked: as in an audit. */
export function asTold(
  { state, reason }: Pick<RepairEffect, "state" | "reason">,
  witness: Classifier,
): Pick<RepairEffect, "state" | "reason"> {
  if (state !== "clear") return { state, reason };
  if (isUnchecked(witness)) return { state: "unresolved", reason: "unchecked" };
  return isProbe(witness) ? { state: "unresolved", reason: "told-by-editor" } : { state, reason };
}
