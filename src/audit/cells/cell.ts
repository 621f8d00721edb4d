import { usedFrom } from "../../statistics/cell-state.ts";
import { meanEstimate } from "../../statistics/mean-estimate.ts";
import { mean, median } from "../../statistics/moments.ts";
import { type RatioEstimate, ratioOfMeans } from "../../statistics/ratio-of-means.ts";
import type { Resamples } from "../../statistics/resamples.ts";
import type { Estimate, EstimateOptions } from "../../statistics/studentized.ts";

/** How base and downstream moved on one image of a cell, and whether the downstream feature was there to begin with. */
export interface FigurePoint {
  /** f_b(x0) − f_b(xλ). */
  readonly baseChange: number;
  /** In no mean: the search's limit stopped it before the drop, and most images of the row arrived. */
  readonly apart: boolean;
  /** f_d(xλ) − f_d(x0). */
  readonly change: number;
  /** RC (Eq. 3); undefined where the base did not move. */
  readonly relativeChange: number | undefined;
  /** Undefined where it cannot be told. */
  readonly present: boolean | undefined;
}

/** One image of a cell. */
export interface CellPoint extends FigurePoint {
  readonly image: string;
  /** RC of the judge on the same image. */
  readonly judged: number | undefined;
}

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
export function isUsed(point: FigurePoint, minBaseChange: number): boolean {
  return hasMoved(point, minBaseChange) && !point.apart;
}

/** Whether the base moved enough on an image; it may still be counted apart. */
export function hasMoved(point: FigurePoint, minBaseChange: number): boolean {
  return point.baseChange > minBaseChange && point.relativeChange !== undefined;
}

/** Computes a cell's figures: RC over used images, in all and by presence of the downstream feature, and the ratio of means over all images. */
export function cellFigures(
  points: readonly FigurePoint[],
  minBaseChange: number,
  resamples: Resamples,
  options: EstimateOptions,
): CellFigures {
  const used = points.filter((point) => isUsed(point, minBaseChange));
  const over = (some: readonly FigurePoint[]): Figures => {
    const values = some.map((point) => point.relativeChange as number);
    const estimate = estimateOf(values, resamples, options);
    return {
      count: some.length,
      mean: some.length === 0 ? null : mean(values),
      median: some.length === 0 ? null : median(values),
      baseChange: some.length === 0 ? null : mean(some.map((point) => point.baseChange)),
      change: some.length === 0 ? null : mean(some.map((point) => point.change)),
      answered: values.filter((value) => Math.abs(value) > usedFrom).length,
      estimate,
    };
  };
  const strata = (some: readonly FigurePoint[]) => ({
    present: over(some.filter((point) => point.present === true)),
    absent: over(some.filter((point) => point.present === false)),
  });
  const moved = points.filter((point) => hasMoved(point, minBaseChange));
  return {
    all: over(used),
    ratio: ratioOfMeans(
      Float64Array.from(points, (point) => point.change),
      Float64Array.from(points, (point) => -point.baseChange),
      resamples,
      options,
    ),
    ratioCount: points.length,
    ...strata(used),
    withCut: moved.length > used.length ? strata(moved) : undefined,
  };
}

/** Estimate over at least two values. */
export function estimateOf(
  values: readonly number[],
  resamples: Resamples,
  options: EstimateOptions,
): Estimate | undefined {
  return values.length < 2 ? undefined : meanEstimate(Float64Array.from(values), resamples, options);
}
