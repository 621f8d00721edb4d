import type { Cell, Finding, Matrix } from "../../results/matrix-schema.ts";
import { isRejected } from "../cells/rejected.ts";
import { shareOf } from "../decomposition/share-of.ts";
import { thresholds } from "../thresholds.ts";

type View = Finding["views"][number];

/**
 * What the views beside relative change say of a found cell; relative change itself found it, and confirms nothing.
 *
 * - judge: confirms where its relative change has the same sign, at least half the size, and an interval without 0; rejects as for `rejected`.
 * - decomposition: confirms where the concept's share (or that of its collinear group) is found with the same sign, does not where it is clear or
 *   found with the other.
 * - partial regression: confirms where the coefficient has the same sign and is at least minEffect, does not else.
 * - robustness: confirms where at least half of the base's fall survives every perturbation, does not else.
 */
export function viewsOf(matrix: Matrix, cell: Cell): View[] {
  const { base, deciding, judge } = cell;
  const mean = deciding.mean ?? 0;
  const views: View[] = [];
  if (judge?.mean != null) {
    const sure = judge.ci !== null && judge.ci[0] * judge.ci[1] > 0;
    views.push({ view: "judge", value: judge.mean, confirms: isRejected(cell) ? false : sure ? true : null });
  }
  views.push(...viewsOfUse(matrix, cell, mean));
  const left = leastSurvival(matrix, base);
  if (left !== undefined) views.push({ view: "robustness", value: left, confirms: left >= thresholds.minSurvival });
  return views;
}

/** What is said of the pair by what the classifier itself uses, its direction and its predictions, beside a figure that was found. */
export function viewsOfUse(matrix: Matrix, cell: Cell, found: number): View[] {
  const views: View[] = [];
  const share = shareOf(matrix.decomposition, cell);
  if (share !== undefined) {
    views.push({
      view: "decomposition",
      value: share.share,
      confirms: confirmedBy(share.state, share.share, found),
    });
  }
  const coefficient = matrix.partial
    ?.find((row) => row.base === cell.base)
    ?.coefficients.find((row) => row.downstream.includes(cell.downstream))?.coefficient;
  if (coefficient !== undefined) {
    const confirms = coefficient * Math.sign(found) >= matrix.minEffect;
    views.push({ view: "partial", value: coefficient, confirms });
  }
  return views;
}

/** Whether a figure with a state of its own confirms what was found: found with the same sign; null where it cannot tell. */
export function confirmedBy(state: string | null, figure: number, found: number): boolean | null {
  return state === "found" ? figure * found > 0 : state === "clear" ? false : null;
}

/** Smallest share of the base's fall that a perturbation leaves; undefined without --robustness. */
function leastSurvival(matrix: Matrix, base: string): number | undefined {
  const survival = matrix.rows.find((row) => row.base === base)?.survival ?? {};
  const shares = Object.entries(survival).flatMap(([name, { share }]) => (name === "judge" ? [] : [share]));
  return shares.length === 0 ? undefined : Math.min(...shares);
}
