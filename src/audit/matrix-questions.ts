import { createRandom } from "../base/random.ts";
import type { Decomposition } from "../statistics/decompose.ts";
import { createResamples, type Resamples } from "../statistics/resamples.ts";
import type { EstimateOptions } from "../statistics/studentized.ts";
import { type CellFigures, cellFigures, type FigureColumns } from "./cells/cell.ts";
import { type DecompositionOptions, type DirectionProducts, decompositionOf } from "./decomposition/decomposition.ts";

/** The figures of some cells. */
interface FiguresQuestion extends EstimateOptions {
  readonly ask: "figures";
  readonly cells: readonly FigureColumns[];
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
    return cells.map((cell) => cellFigures(cell, minBaseChange, drawn, { confidence, minEffect }));
  };
}
