import type { DiffCell } from "../results/diff-cell.ts";
import { quoted, range, signed, withOrWithout } from "./figures.ts";

/** What changed in one cell, in plain words. */
export function diffSentence(cell: Omit<DiffCell, "sentence">, { confidence, minEffect }: Levels): string {
  const what = `${pairName(cell.base)} → ${pairName(cell.downstream)}`;
  const said = (outcome: string): string => `${what}: ${outcome}`;
  if (cell.stratum === null) return said(`unresolved, too few images used under both (${pairs(cell)})`);
  const { before, after, difference, ci, count } = cell[cell.stratum];
  const percent = Number((confidence * 100).toFixed(2));
  const interval = ci === null ? "" : `, ${percent} % interval ${range(ci[0], ci[1])}`;
  const where = `on ${count} images ${withOrWithout(cell.downstream.after, cell.stratum)}`;
  const figures = `relative change ${signed(before ?? 0)} before and ${signed(after ?? 0)} after ${where} (difference ${signed(difference ?? 0)}${interval})`;
  return said(`${outcomeText(cell, minEffect)}: ${figures}`);
}

interface Levels {
  readonly confidence: number;
  readonly minEffect: number;
}

function outcomeText({ outcome, reason, before, after }: Omit<DiffCell, "sentence">, minEffect: number): string {
  switch (outcome) {
    case "removed":
      return "removed (found before, clear after)";
    case "introduced":
      return "introduced (clear before, found after)";
    case "unchanged":
      return `unchanged within ±${minEffect}`;
    default:
      if (reason === "weaker" || reason === "stronger") {
        return `${reason}, but neither removed nor introduced (${stateText(before)} before, ${stateText(after)} after)`;
      }
      if (reason === "rejected") {
        return `neither removed nor introduced: found ${before.rejected ? "before" : "after"}, but the judge of that run rejects it`;
      }
      return reason === "too-few"
        ? "unresolved, too few images used under both"
        : "unresolved, the interval is too wide";
  }
}

function stateText({ state, reason }: DiffCell["before"]): string {
  return reason === null ? `${state}` : `${state}: ${reason}`;
}

function pairName({ before, after }: DiffCell["base"]): string {
  return before === after ? quoted(after) : `${quoted(before)} / ${quoted(after)}`;
}

function pairs({ present, absent }: Omit<DiffCell, "sentence">): string {
  return `${present.count} that have the feature, ${absent.count} that lack it`;
}

/** Outcome in a word or two. */
export function outcomeWords({ outcome, reason }: Pick<DiffCell, "outcome" | "reason">): string {
  if (outcome === null) return "not judged";
  if (outcome !== "unresolved") return outcome;
  if (reason === "weaker" || reason === "stronger") return reason;
  if (reason === "rejected") return "rejected by the judge";
  return reason === "too-few" ? "unresolved: too few images used under both" : "unresolved: the interval is too wide";
}
