import type { Cell } from "../../results/matrix-schema.ts";
import { minFoundCount } from "../../statistics/cell-state.ts";
import type { CellFigures } from "./cell.ts";

/**
 * The figure that speaks for a cell, wherever it is quoted: that of the stratum that decided its state. A cell that nothing decided, or that is not
 * judged, is quoted on the images that have the feature, since only there it can be removed, or on all used ones where fewer than ten have it.
 */
export function decidingFigure(figures: CellFigures, decided: Cell["stratum"]): Cell["deciding"] {
  const stratum = decided ?? (figures.present.count >= minFoundCount ? "present" : null);
  const { mean, median, estimate, count } = stratum === null ? figures.all : figures[stratum];
  return { stratum, mean, median, ci: estimate === undefined ? null : [...estimate.ci], count };
}
