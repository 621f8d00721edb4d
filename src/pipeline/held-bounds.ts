import { checkRun } from "../audit/compare/check.ts";
import type { FiledRun } from "../audit/compare/comparable.ts";
import type { AuditVerdict } from "./verdicts.ts";

/** Room beside an interval, and the steps in which bounds are widened: intervals of a check are wider, the more it asks. */
const step = 0.05;
const mostSteps = 8;

/**
 * Bounds for `checkRun` that hold what an audit found: of every effect that was found how far it may go, of every clear one that it stays small. Each
 * passes on this very run, so that a check fails where a later classifier is worse. Empty where nothing was resolved.
 */
export function heldBounds(run: FiledRun, verdicts: readonly AuditVerdict[], minEffect: number): readonly string[] {
  let open = verdicts.flatMap((verdict) => {
    const { state, ci, column } = verdict;
    return state === "unresolved" || ci === null || column === null ? [] : [{ verdict, ci, column, room: 0 }];
  });
  for (let tried = 0; tried < mostSteps && open.length > 0; tried++) {
    const bounds = open.map(({ verdict, ci, column, room }) => {
      const limits = limitsOf(ci, minEffect, room);
      return `${verdict.classifier}->${column}.effect=${limits}`;
    });
    const { checks } = checkRun(run, bounds);
    if (checks.every(({ verdict }) => verdict === "passed")) return bounds;
    // What no width lets pass, such as a use that cannot be excluded among so many, is left out.
    open = open.flatMap((one, index) => {
      const failed = checks[index]?.verdict !== "passed";
      if (!failed) return [one];
      return one.room < mostSteps / 2 ? [{ ...one, room: one.room + 1 }] : [];
    });
  }
  return [];
}

/** "0.1" for what lies within, "-0.1..0.5" beyond. */
function limitsOf([low, high]: readonly [number, number], minEffect: number, room: number): string {
  const up = (value: number): number => Math.ceil(value / step - 1e-9) * step + room * step;
  const least = low < -minEffect ? up(-low) : minEffect;
  const most = high > minEffect ? up(high) : minEffect;
  const text = (value: number): string => String(Number(value.toFixed(2)));
  const widened = room * step;
  if (least === minEffect && most === minEffect) return text(minEffect + widened);
  return `${text(-least)}..${text(most)}`;
}
