import { type CellPoint, isUsed } from "../audit/cells/cell.ts";
import { cellPoints } from "../audit/cells/cell-points.ts";
import { movedApart, movements } from "../audit/cells/movements.ts";
import { decisions } from "../audit/cells/presence.ts";
import type { RunData } from "../results/run-data.ts";

/** An image of a cell as the audit sees it, with whether it enters the means. */
export interface CellImage extends Pick<CellPoint, "relativeChange" | "present"> {
  readonly used: boolean;
}

/** The counterfactuals of one base with their images by cell. */
export interface BaseImages {
  readonly base: string;
  readonly counterfactuals: RunData["counterfactuals"];
  /** Which of them are in no mean although their base moved enough, since the search's limit stopped them before the drop; aligned with `counterfactuals`. */
  readonly apart: readonly boolean[];
  /** What each downstream classifier (in the order of the run) says of an image; undefined where it was not evaluated. */
  cells(image: string): readonly (CellImage | undefined)[];
}

/** The images behind every cell of a run, bases in its order. */
export function cellImages(run: RunData, minBaseChange: number): BaseImages[] {
  const decided = decisions(run);
  return movements(run).map((moved) => {
    const columns = run.downstream.map((downstream) => {
      const points = cellPoints({ run, movements: moved, decided, downstream });
      return new Map(
        points.map((point) => {
          const { image, relativeChange, present } = point;
          return [image, { relativeChange, present, used: isUsed(point, minBaseChange) }];
        }),
      );
    });
    return {
      base: moved.base,
      counterfactuals: moved.counterfactuals,
      apart: movedApart(moved, minBaseChange),
      cells: (image) => columns.map((column) => column.get(image)),
    };
  });
}
