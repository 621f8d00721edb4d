import type { Mark } from "../results/marks.ts";
import type { Matrix } from "../results/matrix-schema.ts";

/**
 * Whether what an auditor said of a relative change, or of an effect, still holds: it has the same sign, and is not larger by more than
 * the smallest effect that matters. What was looked at as nothing says nothing about something.
 */
export function markHolds(then: number | null, now: number | null, minEffect: number): boolean {
  if (now === null || then === null) return now === then;
  const signed = then < 0 ? -now : now;
  return signed <= Math.abs(then) + minEffect && signed >= -minEffect;
}

/** The mark of a cell: the last one. */
export function markOf(
  marks: readonly Mark[],
  { base, downstream }: Pick<Mark, "base" | "downstream">,
): Mark | undefined {
  return marks.findLast((mark) => mark.base === base && mark.downstream === downstream);
}

/** Of each mark whether it still holds of a matrix; one of a cell that is not there does not. */
export function marksHold(
  marks: readonly Mark[],
  { cells, minEffect }: Pick<Matrix, "cells" | "minEffect">,
): boolean[] {
  return marks.map((mark) => {
    const cell = cells.find(({ base, downstream }) => base === mark.base && downstream === mark.downstream);
    return (
      cell !== undefined &&
      markHolds(mark.relativeChange, cell.deciding.mean, minEffect) &&
      markHolds(mark.effect, cell.effect?.value ?? null, minEffect)
    );
  });
}
