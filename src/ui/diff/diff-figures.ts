import type { DiffCell } from "../../audit/compare/diff-cell.ts";

type Names = DiffCell["base"];

/** What a classifier is called: both names where they differ. */
export function nameOf({ before, after }: Names): string {
  return before === after ? after : `${before} / ${after}`;
}

/** The stratum that decided; without one, the one with more pairs. */
export function shownStratum({ stratum, present, absent }: DiffCell): "present" | "absent" {
  return stratum ?? (present.difference !== null && present.count >= absent.count ? "present" : "absent");
}

/** Whether a cell is known to have moved. */
export function isChange({ outcome, reason }: DiffCell): boolean {
  return outcome === "removed" || outcome === "introduced" || reason === "weaker" || reason === "stronger";
}

/** Outcome in a word or two. */
export function outcomeWords({ outcome, reason }: DiffCell): string {
  if (outcome === null) return "not judged";
  if (outcome !== "unresolved") return outcome;
  if (reason === "weaker" || reason === "stronger") return reason;
  return reason === "too-few" ? "unresolved: too few images used under both" : "unresolved: the interval is too wide";
}
