import type { Bound } from "./bound.ts";
import type { CheckFigures, CheckItem } from "./check-item.ts";

/** Figures of no images. */
export const noFigures: CheckFigures = { mean: null, ci: null, count: 0 };

/** The check of a figure that is not in the run. missing: what is not there, in words. */
export function unresolvable(kind: CheckItem["kind"], bound: Bound, missing: string): CheckItem {
  const { text, base, downstream, measure, low, high } = bound;
  return {
    kind,
    bound: text,
    ...{ base, downstream, measure, low, high },
    verdict: "unresolved",
    reason: "missing",
    moreImages: null,
    stratum: null,
    present: noFigures,
    absent: noFigures,
    share: null,
    sentence: missing,
  };
}
