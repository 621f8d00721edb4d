import type { Expectation } from "./expectation.ts";

/** Base and downstream classifier of a cell. */
export interface CellName {
  readonly base: string;
  readonly downstream: string;
}

/** An expectation with the cells of a run that it is about. */
export interface ExpectedRelation extends Expectation {
  readonly cells: readonly CellName[];
}

/** The relations that are about a cell. */
export function relationsOf(
  relations: readonly ExpectedRelation[],
  { base, downstream }: CellName,
): ExpectedRelation[] {
  return relations.filter(({ cells }) => cells.some((cell) => cell.base === base && cell.downstream === downstream));
}

/** Whether what found a cell, an effect or a relative change, is as one of its relations expects it. */
export function isExpected(relations: readonly ExpectedRelation[], figure: number): boolean {
  return relations.some(({ range }) => range === undefined || within(range, figure));
}

function within({ low, high }: NonNullable<Expectation["range"]>, value: number): boolean {
  return value >= low && value <= high;
}
