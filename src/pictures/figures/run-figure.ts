import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import type { Finding, Matrix } from "../../results/matrix-schema.ts";
import type { OpenRun } from "../../results/open-run.ts";
import { xmlDocument } from "../alignment-figure.ts";
import { alignmentSheet } from "../alignment-sheet.ts";
import { type Figure, pointsPerMillimetre } from "../figure.ts";
import { intervalSheet } from "../interval-sheet.ts";
import { matrixFigure } from "../matrix-figure.ts";
import { stacked } from "../stacked.ts";
import { stripSheet } from "../strip-sheet.ts";
import { drawnMatrix, type FigureView, firstView, intervalAxis, intervalRows } from "./figure-data.ts";
import { figurePicture, type PictureChoice } from "./figure-picture.ts";

/**
 * What a figure shows: the matrix, the figures of one base with their intervals, the way to one counterfactual as pictures, its alignment plot, or both: input, reconstruction, counterfactual and plot as in the paper.
 */
export type FigureKind = "matrix" | "intervals" | "strip" | "alignment" | "counterfactual";

/** What a figure is drawn from, and how wide. */
export interface RunFigureOptions extends PictureChoice {
  readonly matrix: Matrix;
  readonly findings: readonly Finding[];
  /** On paper, in millimetres. */
  readonly width: number;
  /** What matrix and intervals show; what the page of the run shows first by default. */
  readonly view?: FigureView;
}

/** A figure of a run, with the counterfactual that it shows, if it shows one. */
export interface RunFigure {
  readonly figure: Figure;
  readonly base: string | null;
  readonly image: string | null;
}

/** Rows of a plot of intervals: as many as can be read on a page. */
const mostRows = 24;

/** Draws a figure of a run. Errors: CfalignError("input") for a base or an image that it does not have, or does not keep pictures of. */
export async function runFigure(run: OpenRun, kind: FigureKind, options: RunFigureOptions): Promise<RunFigure> {
  const { matrix, findings, view = firstView(options.matrix) } = options;
  const width = options.width * pointsPerMillimetre;
  if (view === "effect" && firstView(matrix) !== view) {
    throw new CfalignError("input", (named) => `${named("view")}: the run has no effects; align with interventions`, {
      option: "view",
    });
  }
  if (kind === "matrix")
    return { figure: matrixFigure(drawnMatrix(matrix, findings, view), { width }), base: null, image: null };
  if (kind === "intervals") {
    const base = options.base ?? findings[0]?.base ?? (matrix.bases[0] as string);
    return { figure: intervalsOf(matrix, { base, width, view }), base, image: null };
  }
  const { base, image, strip, alignment, focus } = await figurePicture(run, findings, options);
  const plot = () =>
    alignmentSheet(alignment, { width, document: xmlDocument(), ...(focus === undefined ? {} : { focus }) });
  const pictures = () => stripSheet(strip, { width, steps: kind === "strip" });
  const figure =
    kind === "strip"
      ? await pictures()
      : kind === "alignment"
        ? plot()
        : stacked(`Counterfactual of ${base}, and what moves with it`, [await pictures(), plot()], 10);
  return { figure, base, image };
}

function intervalsOf(
  matrix: Matrix,
  { base, width, view }: { readonly base: string; readonly width: number; readonly view: FigureView },
): Figure {
  if (!matrix.bases.includes(base)) {
    throw new CfalignError(
      "input",
      (named) => `${named("base")}: the run has no base "${base}"${suggestion(base, matrix.bases)}`,
      { option: "base" },
    );
  }
  const rows = intervalRows(matrix, { base, view, most: mostRows });
  return intervalSheet(rows, {
    title: view === "effect" ? `What each feature alone does to ${base}` : `When ${base} is lowered`,
    width,
    document: xmlDocument(),
    ...intervalAxis(rows),
    tickFormat: (value) => value.toFixed(1).replace("-", "−"),
    label: view === "effect" ? "effect" : "relative change",
    band: [-matrix.minEffect, matrix.minEffect],
  });
}
