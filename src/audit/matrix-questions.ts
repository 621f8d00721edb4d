import { createRandom } from "../random.ts";
import type { Decomposition } from "../statistics/decompose.ts";
import { createResamples, type Resamples } from "../statistics/resamples.ts";
import type { EstimateOptions } from "../statistics/studentized.ts";
import { type CellFigures, cellFigures, type FigurePoint } from "./cells/cell.ts";
import { type DecompositionOptions, type DirectionProducts, decompositionOf } from "./decomposition/decomposition.ts";

/** The points of a cell by column, one number an image. */
export interface PointColumns {
  readonly baseChange: Float64Array;
  readonly change: Float64Array;
  /** NaN for undefined. */
  readonly relativeChange: Float64Array;
  readonly apart: Uint8Array;
  /** 1, 0, or 2 for undefined. */
  readonly present: Uint8Array;
}

/** The figures of some cells. */
interface FiguresQuestion extends EstimateOptions {
  readonly ask: "figures";
  readonly cells: readonly PointColumns[];
  readonly minBaseChange: number;
  readonly resamples: number;
  readonly seed: number;
}

/** The decomposition of a base. */
interface DecompositionQuestion extends DecompositionOptions, Pick<DirectionProducts, "concepts" | "grams"> {
  readonly ask: "decomposition";
}

/** What takes most of a matrix's time, in plain numbers: whoever answers needs nothing else. */
export type MatrixQuestion = FiguresQuestion | DecompositionQuestion;
export type MatrixAnswer = readonly CellFigures[] | Decomposition | undefined;

export function columnsOfPoints(points: readonly FigurePoint[]): PointColumns {
  const numbers = (of: (point: FigurePoint) => number): Float64Array => Float64Array.from(points, of);
  const codes = (of: (point: FigurePoint) => number): Uint8Array => Uint8Array.from(points, of);
  return {
    baseChange: numbers(({ baseChange }) => baseChange),
    change: numbers(({ change }) => change),
    relativeChange: numbers(({ relativeChange }) => relativeChange ?? Number.NaN),
    apart: codes(({ apart }) => Number(apart)),
    present: codes(({ present }) => (present === undefined ? 2 : Number(present))),
  };
}

function pointsOf({ baseChange, change, relativeChange, apart, present }: PointColumns): FigurePoint[] {
  return Array.from(baseChange, (fall, at) => ({
    baseChange: fall,
    change: change[at] as number,
    relativeChange: Number.isNaN(relativeChange[at]) ? undefined : relativeChange[at],
    apart: apart[at] === 1,
    present: present[at] === 2 ? undefined : present[at] === 1,
  }));
}

/** Answers questions one after the other; resamples are drawn once for those of a matrix. */
export function matrixAnswers(): (question: MatrixQuestion) => MatrixAnswer {
  let known: { readonly seed: number; readonly resamples: Resamples } | undefined;
  return (question) => {
    const { seed, resamples, confidence } = question;
    if (question.ask === "decomposition") return decompositionOf(question, { confidence, resamples, seed });
    const { minBaseChange, minEffect, cells } = question;
    if (known?.seed !== seed || known.resamples.count !== resamples) {
      known = { seed, resamples: createResamples(createRandom(seed), resamples) };
    }
    const drawn = known.resamples;
    return cells.map((columns) => cellFigures(pointsOf(columns), minBaseChange, drawn, { confidence, minEffect }));
  };
}
