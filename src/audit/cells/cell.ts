import { usedFrom } from "../../statistics/cell-state.ts";
import { meanEstimate } from "../../statistics/mean-estimate.ts";
import { mean, median } from "../../statistics/moments.ts";
import { type RatioEstimate, ratioOfMeans } from "../../statistics/ratio-of-means.ts";
import type { Resamples } from "../../statistics/resamples.ts";
import type { Estimate, EstimateOptions } from "../../statistics/studentized.ts";

/** How base and downstream moved on the images of a cell, and whether the downstream feature was there to begin with: one number an image. */
export interface FigureColumns {
  /** f_b(x0) − f_b(xλ). */
  readonly baseChange: Float64Array;
  /** f_d(xλ) − f_d(x0). */
  readonly change: Float64Array;
  /** RC (Eq. 3); NaN where the base did not move. */
  readonly relativeChange: Float64Array;
  /** 1 for one that is in no mean: the search's limit stopped it before the drop, and most images of the row arrived. */
  readonly apart: Uint8Array;
  /** 1, 0, or 2 where it cannot be told. */
  readonly present: Uint8Array;
}

/** The images of a cell. */
export interface CellColumns extends FigureColumns {
  /** Their places among the counterfactuals of the base. */
  readonly places: Uint32Array;
}

/** Images with the downstream feature, or without it. */
export type Side = "present" | "absent";

/** Figures over some of a cell's images; `estimate` needs two images. */
export interface Figures {
  readonly count: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly baseChange: number | null;
  readonly change: number | null;
  /** Images that answer by themselves: |RC| > 0.5. */
  readonly answered: number;
  readonly estimate: Estimate | undefined;
}

/** All figures of a cell before it is judged. */
export interface CellFigures {
  readonly all: Figures;
  readonly ratio: RatioEstimate | undefined;
  /** Images behind the ratio: all with a counterfactual. */
  readonly ratioCount: number;
  readonly present: Figures;
  readonly absent: Figures;
  /** The same strata with the images that are counted apart; undefined where none moved. */
  readonly withCut: { readonly present: Figures; readonly absent: Figures } | undefined;
}

/** Whether an image enters the means of RC. */
export function isUsed(cell: FigureColumns, at: number, minBaseChange: number): boolean {
  return hasMoved(cell, at, minBaseChange) && cell.apart[at] === 0;
}

/** Whether the base moved enough on an image; it may still be counted apart. */
export function hasMoved({ baseChange, relativeChange }: FigureColumns, at: number, minBaseChange: number): boolean {
  return (baseChange[at] as number) > minBaseChange && !Number.isNaN(relativeChange[at]);
}

/** The images of a cell that a test lets through. */
export function chosen(cell: FigureColumns, keep: (at: number) => boolean): Uint32Array {
  const kept = new Uint32Array(cell.change.length);
  let count = 0;
  for (let at = 0; at < kept.length; at++) if (keep(at)) kept[count++] = at;
  return kept.subarray(0, count);
}

/** The images of a cell that enter its means. */
export function usedOf(cell: FigureColumns, minBaseChange: number): Uint32Array {
  return chosen(cell, (at) => isUsed(cell, at, minBaseChange));
}

/** Those of some images of a cell that are on a side; all of them for null. */
export function onSide({ present }: FigureColumns, some: Uint32Array, side: Side | null): Uint32Array {
  return side === null ? some : some.filter((at) => isOn(present[at], side));
}

function isOn(present: number | undefined, side: Side): boolean {
  return present === (side === "present" ? 1 : 0);
}

/** The numbers of some images. */
export function valuesAt(column: Float64Array, some: Uint32Array): Float64Array {
  const values = new Float64Array(some.length);
  for (let index = 0; index < values.length; index++) values[index] = column[some[index] as number] as number;
  return values;
}

/** Computes a cell's figures: RC over used images, in all and by presence of the downstream feature, and the ratio of means over all images. */
export function cellFigures(
  cell: FigureColumns,
  minBaseChange: number,
  resamples: Resamples,
  options: EstimateOptions,
): CellFigures {
  const over = (some: Uint32Array): Figures => {
    const values = valuesAt(cell.relativeChange, some);
    const none = some.length === 0;
    return {
      count: some.length,
      mean: none ? null : mean(values),
      median: none ? null : median(values),
      baseChange: none ? null : mean(valuesAt(cell.baseChange, some)),
      change: none ? null : mean(valuesAt(cell.change, some)),
      answered: values.filter((value) => Math.abs(value) > usedFrom).length,
      estimate: estimateOf(values, resamples, options),
    };
  };
  const strata = (some: Uint32Array) => ({
    present: over(onSide(cell, some, "present")),
    absent: over(onSide(cell, some, "absent")),
  });
  const used = usedOf(cell, minBaseChange);
  const moved = chosen(cell, (at) => hasMoved(cell, at, minBaseChange));
  return {
    all: over(used),
    ratio: ratioOfMeans(
      cell.change,
      cell.baseChange.map((fall) => -fall),
      resamples,
      options,
    ),
    ratioCount: cell.change.length,
    ...strata(used),
    withCut: moved.length > used.length ? strata(moved) : undefined,
  };
}

/** Estimate over at least two values. */
export function estimateOf(
  values: ArrayLike<number>,
  resamples: Resamples,
  options: EstimateOptions,
): Estimate | undefined {
  return values.length < 2 ? undefined : meanEstimate(Float64Array.from(values), resamples, options);
}
