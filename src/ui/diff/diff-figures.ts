import type { DiffReading } from "../../audit/compare/diff-reading.ts";
import type { DiffData } from "../../report/data.ts";
import type { DiffCell } from "../../results/diff-cell.ts";

/** A cell with how it is to be read. */
export type ShownCell = DiffCell & DiffReading;

/** The cells of a page in their order. */
export function shownCells({ diff, reading }: DiffData): ShownCell[] {
  return diff.cells.flatMap((cell, index) => {
    const read = reading[index];
    return read === undefined ? [] : [{ ...cell, ...read }];
  });
}

/** What the two sides are called: by their runs, or by their order where two classifiers of one run are compared. */
export function sideNames({ before, after }: Pick<DiffData, "before" | "after">): readonly [string, string] {
  return before.title === after.title ? ["before", "after"] : [before.title, after.title];
}

type Names = DiffCell["base"];

/** What a classifier is called: both names where they differ. */
export function nameOf({ before, after }: Names): string {
  return before === after ? after : `${before} / ${after}`;
}
