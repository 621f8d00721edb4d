import type { Judgement } from "../../statistics/cell-state.ts";

/** Mean fall of the base, f_b(x0) − f_b(xλ), over the used images of either stratum; null where it has none. */
export interface Falls {
  readonly present: number | null;
  readonly absent: number | null;
}

/** Fall below which a relative change of ±0.1, the smallest effect that matters unless told otherwise, is less than a hundredth of a prediction. */
const smallestFall = 0.1;

/** Mean fall of the base from which a stratum can clear: half of the drop that was asked for, as 0.3 is of 0.6. */
export function leastFall(drop: number): number {
  return Math.max(drop / 2, smallestFall);
}

/** The mean fall of a stratum whose base hardly moved; undefined where both moved. */
export function stillFall({ present, absent }: Falls, drop: number): number | undefined {
  return [present, absent].find((fall) => fall !== null && fall <= leastFall(drop)) ?? undefined;
}

/** A judgement under which no cell is clear whose base hardly moved, whatever `minBaseChange` is: the quotient of two small changes says nothing of a large one. */
export function unlessStill(judgement: Judgement, falls: Falls, drop: number): Judgement {
  return judgement.state === "clear" && stillFall(falls, drop) !== undefined
    ? { ...judgement, state: "unresolved", reason: "base-unreachable" }
    : judgement;
}
