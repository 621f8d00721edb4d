import { isUsed } from "../audit/cells/cell.ts";
import { cellColumns } from "../audit/cells/cell-columns.ts";
import { movedApart, movements } from "../audit/cells/movements.ts";
import { decisions } from "../audit/cells/presence.ts";
import type { RunData } from "../results/run-data.ts";

/** An image of a cell as the audit sees it, with whether it enters the means. */
export interface CellImage {
  /** RC (Eq. 3); undefined where the base did not move. */
  readonly relativeChange: number | undefined;
  /** Whether the downstream feature was there to begin with; undefined where it cannot be told. */
  readonly present: boolean | undefined;
  readonly used: boolean;
}

/** The counterfactuals of one base with their images by cell. */
export interface BaseImages {
  readonly base: string;
  readonly counterfactuals: RunData["counterfactuals"];
  /** Which of them are in no mean although their base moved enough, since the search's limit stopped them before the drop; aligned with `counterfactuals`. */
  readonly apart: readonly boolean[];
  /** What each downstream classifier (in the order of the run) says of the counterfactual at a place; undefined where it was not evaluated. */
  readonly columns: readonly ((place: number) => CellImage | undefined)[];
  /** What all of them say of an image. */
  cells(image: string): readonly (CellImage | undefined)[];
}

/** The images behind every cell of a run, bases in its order. */
export function cellImages(run: RunData, minBaseChange: number): BaseImages[] {
  const decided = decisions(run);
  return movements(run).map((moved) => {
    const { base, counterfactuals } = moved;
    const placeOf = new Map(counterfactuals.map(({ image }, place) => [image, place]));
    const columns = run.downstream.map((downstream) => {
      const column = columnFor(counterfactuals.length);
      const cell = cellColumns({ run, movements: moved, decided, downstream });
      for (const [at, place] of cell.places.entries()) {
        const { relativeChange, present } = cell;
        column.set(place, relativeChange[at] as number, present[at] as number, isUsed(cell, at, minBaseChange));
      }
      return column;
    });
    return {
      base,
      counterfactuals,
      apart: movedApart(moved, minBaseChange),
      columns: columns.map(({ get }) => get),
      cells(image) {
        const place = placeOf.get(image);
        return columns.map((column) => (place === undefined ? undefined : column.get(place)));
      },
    };
  });
}

/** Room for the images of a cell: all cells of a large run are there at once, and as objects they would fill the memory. */
function columnFor(length: number) {
  /** NaN for undefined. */
  const relativeChanges = new Float64Array(length);
  /** 0 where there is no image; else a bit for that, and one each for used, present, and known to be present or not. */
  const flags = new Uint8Array(length);
  const [there, used, present, known] = [1, 2, 4, 8];
  return {
    /** isPresent: 1, 0, or 2 where it cannot be told. */
    set(place: number, relativeChange: number, isPresent: number, isUsed: boolean): void {
      relativeChanges[place] = relativeChange;
      flags[place] = there | (isUsed ? used : 0) | (isPresent === 1 ? present : 0) | (isPresent === 2 ? 0 : known);
    },
    get(place: number): CellImage | undefined {
      const flag = flags[place] as number;
      if (flag === 0) return undefined;
      const relativeChange = relativeChanges[place] as number;
      return {
        relativeChange: Number.isNaN(relativeChange) ? undefined : relativeChange,
        present: (flag & known) === 0 ? undefined : (flag & present) !== 0,
        used: (flag & used) !== 0,
      };
    },
  };
}
