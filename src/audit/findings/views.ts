import { shareOf } from "../decomposition/share-of.ts";
import type { Cell, Finding, Matrix } from "../schema.ts";

type View = Finding["views"][number];

/**
 * What each view that a matrix has says of a found cell. Relative change found it. The decomposition confirms it where the concept's share (or that of
 * its collinear group) is found with the same sign, and does not where it is clear or found with the other. The partial regression confirms it
 * where the coefficient has the same sign and is at least minEffect, and does not where it is smaller or has the other.
 */
export function viewsOf(matrix: Matrix, { base, downstream }: Cell, relativeChange: number): View[] {
  const views: View[] = [{ view: "relative-change", value: relativeChange, confirms: true }];
  const share = shareOf(
    matrix.decomposition?.find((row) => row.base === base),
    downstream,
  );
  if (share !== undefined) {
    const same = share.share * relativeChange > 0;
    const confirms = share.state === "found" ? same : share.state === "clear" ? false : null;
    views.push({ view: "decomposition", value: share.share, confirms });
  }
  const coefficient = matrix.partial
    ?.find((row) => row.base === base)
    ?.coefficients.find((row) => row.downstream.includes(downstream))?.coefficient;
  if (coefficient !== undefined) {
    const confirms = coefficient * Math.sign(relativeChange) >= matrix.minEffect;
    views.push({ view: "partial", value: coefficient, confirms });
  }
  return views;
}
