import type { Cell } from "../results/matrix-schema.ts";
import { intervalWords, plural, signed } from "./figures.ts";

/** What was expected: of any figure, where no range was said. */
interface Relation {
  readonly base: string;
  readonly downstream: string;
  readonly range?: { readonly low: number; readonly high: number };
}

/** What became of an expected relation in one cell. */
export type ExpectedKind = "found" | "beyond" | "rejected" | "clear" | "unresolved";

/** What found a cell. */
export interface ExpectedFigure {
  readonly value: number;
  readonly ci: Cell["deciding"]["ci"];
  readonly what: "effect" | "relative change";
}

/** What became of a relation that is expected in one cell. */
export function expectedCell(relation: Relation, kind: ExpectedKind, { what, value, ci }: ExpectedFigure): string {
  const figure = `${what} ${signed(value)}${intervalWords(ci)}`;
  const said: Readonly<Record<ExpectedKind, string>> = {
    found: `and is found: ${figure}`,
    beyond: `but is found outside of this range, and counts as a finding: ${figure}`,
    rejected: `and is found, but the judge rejects it: ${figure}`,
    clear: "but is not found: the cell is clear",
    unresolved: "but these images cannot tell: the cell is unresolved",
  };
  return `${name(relation)} is expected${whereOf(relation)}, ${said[kind]}.`;
}

/** What became of a relation that is expected in several cells. */
export function expectedCells(relation: Relation, counts: Readonly<Record<ExpectedKind | "cells", number>>): string {
  const said: readonly (readonly [number, string])[] = [
    [counts.found, "found in"],
    [counts.beyond, "found outside of this range, as a finding, in"],
    [counts.rejected, "rejected by the judge in"],
    [counts.clear, "clear in"],
    [counts.unresolved, "unresolved in"],
  ];
  const where = said
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${words} ${count}`)
    .join(", ");
  return `${name(relation)} is expected${whereOf(relation)} in ${plural(counts.cells, "cell")}: ${where}.`;
}

function name({ base, downstream }: Relation): string {
  return `${base} → ${downstream}`;
}

function whereOf({ range: expected }: Relation): string {
  return expected === undefined ? "" : ` from ${signed(expected.low)} to ${signed(expected.high)}`;
}
