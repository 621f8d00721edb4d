import { falseDiscovery } from "../statistics/false-discovery.ts";
import { meanEstimate } from "../statistics/mean-estimate.ts";
import type { Resamples } from "../statistics/resamples.ts";
import type { Interval } from "../statistics/studentized.ts";
import { type Effect, effectOf, type Move, usedChange } from "./effect.ts";

/** How one cell of the matrix moved: the same images under the original and the rectified target. */
export interface CellMove {
  readonly before: Effect;
  readonly after: Effect;
  /** Mean of RC after − RC before over the images used under both; null for fewer than two. */
  readonly change: {
    readonly value: number;
    readonly ci: Interval;
    readonly count: number;
    /** Benjamini–Hochberg over the columns, for H0: no change. */
    readonly qValue: number;
  } | null;
  /** q ≤ 0.05. */
  readonly moved: boolean;
}

/** False discoveries accepted among the cells that moved. */
const maxFalseDiscovery = 0.05;

/** The collateral ledger: every column of the target's row before and after. present: by column and image. */
export function ledger(
  before: readonly Move[],
  after: readonly Move[],
  present: readonly (readonly boolean[])[],
  options: { readonly minBaseChange: number; readonly confidence: number; readonly resamples: Resamples },
): readonly CellMove[] {
  const { minBaseChange, confidence, resamples } = options;
  const estimates = present.map((_, column) => {
    const changes = paired(before, after, column, minBaseChange).map(([was, is]) => is - was);
    return changes.length < 2
      ? undefined
      : { ...meanEstimate(Float64Array.from(changes), resamples, { confidence, minEffect: 0 }), count: changes.length };
  });
  const tested = estimates.flatMap((estimate) => estimate?.pValue ?? []);
  const qValues = falseDiscovery(tested);
  return present.map((flags, column): CellMove => {
    const estimate = estimates[column];
    // Columns without an estimate have no p-value, and come in no place of the list.
    const qValue = estimate === undefined ? undefined : (qValues.shift() as number);
    return {
      before: effectOf(before, column, { present: flags, minBaseChange }),
      after: effectOf(after, column, { present: flags, minBaseChange }),
      change:
        estimate === undefined || qValue === undefined
          ? null
          : { value: estimate.value, ci: estimate.ci, count: estimate.count, qValue },
      moved: qValue !== undefined && qValue <= maxFalseDiscovery && estimate?.value !== 0,
    };
  });
}

/** RC before and after of the images used under both. */
export function paired(
  before: readonly Move[],
  after: readonly Move[],
  column: number,
  minBaseChange: number,
): readonly (readonly [number, number])[] {
  return before.flatMap((move, image) => {
    const was = usedChange(move, column, minBaseChange);
    const is = usedChange(after[image] as Move, column, minBaseChange);
    return was === undefined || is === undefined ? [] : [[was, is] as const];
  });
}
