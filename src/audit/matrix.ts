import type { Matrix } from "../results/matrix-schema.ts";
import { type RowList, rowList } from "../results/row-list.ts";
import type { RunData } from "../results/run-data.ts";
import type { Decomposition } from "../statistics/decompose.ts";
import { alphaOfLook } from "../statistics/looks.ts";
import type { Resamples } from "../statistics/resamples.ts";
import { type CellColumns, type CellFigures, cellFigures, type FigureColumns } from "./cells/cell.ts";
import { cellColumns } from "./cells/cell-columns.ts";
import { concepts } from "./cells/concepts.ts";
import { type Movements, movements } from "./cells/movements.ts";
import { decisions } from "./cells/presence.ts";
import { type DirectionProducts, directionProducts } from "./decomposition/decomposition.ts";
import { withoutUnchecked } from "./effects/unchecked.ts";
import { withEffects } from "./effects/verdicts.ts";
import { judgedMatrix, type Scene } from "./judged-matrix.ts";
import { type MatrixAnswer, type MatrixQuestion, matrixAnswers } from "./matrix-questions.ts";
import { type MatrixOptions, resolveOptions } from "./options.ts";

/**
 * The alignment matrix of a run: one cell per base and downstream classifier, with intervals, q-values and states (docs/statistics.md), the
 * selection behind each row, the reconstruction audit and the correlations to compare with. Of a run whose rows stopped when they were
 * resolved, intervals and q-values keep to what one look may err (confidence 0.99, q ≤ 0.01, strata of at least 20 images). Errors: CfalignError("usage") for options.
 */
export function alignmentMatrix(run: RunData, options: MatrixOptions = {}): Matrix {
  const { questions, matrix } = matrixWork(run, options);
  return matrix(questions.map(matrixAnswers()));
}

/** A matrix in two steps, so that others may do most of the work. */
export interface MatrixWork {
  /** Made as they are asked for. */
  readonly questions: RowList<MatrixQuestion>;
  /** Numbers drawn to answer all of them, about. */
  readonly draws: number;
  /** Bytes that the draws of whoever answers may take. */
  readonly bytes: number;
  /** The matrix, given an answer to each question. */
  matrix(answers: readonly MatrixAnswer[]): Matrix;
}

/** The work of `alignmentMatrix`. Errors: as there. */
export function matrixWork(run: RunData, options: MatrixOptions = {}): MatrixWork {
  const scene = sceneOf(run, options);
  const { resolved, moves, products } = scene;
  const { minBaseChange, minEffect, confidence, resamples, seed } = resolved;
  const drawn = { confidence, resamples, seed };
  return {
    questions: rowList(moves.length + products.length, (place): MatrixQuestion => {
      const moved = moves[place];
      if (moved === undefined) {
        const { concepts, grams } = products[place - moves.length] as DirectionProducts;
        return { ask: "decomposition", concepts, grams, ...drawn };
      }
      return { ask: "figures", cells: scene.cellsOf(moved).map(figureColumns), minBaseChange, minEffect, ...drawn };
    }),
    // Four bytes a draw, in tables of up to twice the length, and as much for all that are shorter.
    bytes: 16 * resamples * Math.max(0, ...moves.map(({ counterfactuals }) => counterfactuals.length)),
    get draws() {
      return resamples * (drawsOfFigures(scene) + drawsOfDecomposition * products.length);
    },
    matrix: (answers) =>
      withoutUnchecked(
        withEffects(
          { run, moves },
          judgedMatrix(
            scene,
            answers.slice(0, moves.length) as (readonly CellFigures[])[],
            answers.slice(moves.length) as (Decomposition | undefined)[],
          ),
        ),
      ),
  };
}

/** Cells of which it is looked up how many numbers they draw. */
const lookedUp = 100;

/** Numbers that one resample of all cells draws, about: large samples that lean little draw none. */
function drawsOfFigures({ run, moves, resolved, cellsOf }: Scene): number {
  const all = moves.length * run.downstream.length;
  const step = Math.max(1, Math.floor(all / lookedUp));
  let [drawn, cells] = [0, 0];
  const counting: Resamples = {
    count: 1,
    draws(length) {
      drawn += length;
      return { indices: new Uint32Array(length), start: () => 0 };
    },
  };
  for (let at = 0; at < all; at += step) {
    const moved = moves[Math.floor(at / run.downstream.length)] as Movements;
    cellFigures(cellsOf(moved)[at % run.downstream.length] as CellColumns, resolved.minBaseChange, counting, resolved);
    cells += 1;
  }
  return cells === 0 ? 0 : (drawn / cells) * all;
}

/** A resample of a decomposition takes as long as so many draws. */
const drawsOfDecomposition = 10_000;

/** What figures are computed of. */
function figureColumns({ places: _, ...columns }: CellColumns): FigureColumns {
  return columns;
}

function sceneOf(run: RunData, options: MatrixOptions): Scene {
  const { untilResolved = false } = run.options;
  const resolved = resolveOptions({ ...(untilResolved ? { confidence: 1 - alphaOfLook(0.05) } : {}), ...options });
  const decided = decisions(run);
  const prepared = new Map<Movements, readonly CellColumns[]>();
  return {
    ...{ run, resolved, decided, related: concepts(run) },
    ...{ moves: movements(run), products: directionProducts(run) },
    cellsOf(moved) {
      const known = prepared.get(moved);
      if (known !== undefined) return known;
      const cells = run.downstream.map((downstream) => cellColumns({ run, movements: moved, decided, downstream }));
      prepared.set(moved, cells);
      return cells;
    },
  };
}
