import type { Cell, CellEffect, Matrix } from "../../results/matrix-schema.ts";
import { namedOnly } from "../../words/effect-finding.ts";

/**
 * A matrix in which nothing is clear of what a model of texts named and nobody has checked: whether a classifier uses it is not known where it may be something else. What was found
 * stays found, and says so (`uncheckedQualifiers`).
 */
export function withoutUnchecked(matrix: Matrix): Matrix {
  const { unchecked = [] } = matrix;
  if (unchecked.length === 0) return matrix;
  const of = new Set(unchecked);
  const groups = matrix.effectGroups?.map((group) => {
    const own = group.features.find((feature) => of.has(feature)) ?? group.effect.witness;
    return { ...group, effect: uncheckedEffect(unchecked, group.effect, own) };
  });
  return {
    ...matrix,
    cells: matrix.cells.map((cell) => (isOf(of, cell) ? unclear(cell) : cell)),
    effectGroups: groups ?? null,
  };
}

/** What a finding of a cell says of names that nobody has checked. */
export function uncheckedQualifiers(
  { unchecked = [] }: Matrix,
  cell: Pick<Cell, "base" | "downstream" | "effect">,
): string[] {
  const of = new Set(unchecked);
  const names = [...new Set([cell.base, cell.downstream, ...(cell.effect === null ? [] : [cell.effect.witness])])];
  return names.filter((name) => of.has(name)).map(namedOnly);
}

/** An effect is clear of nothing where its witness is one that nobody has checked. */
export function uncheckedEffect(
  unchecked: readonly string[] | undefined,
  effect: CellEffect,
  witness: string = effect.witness,
): CellEffect {
  const isOpen = effect.state === "clear" && (unchecked?.includes(witness) ?? false);
  return isOpen ? { ...effect, state: "unresolved", reason: "unchecked" } : effect;
}

function isOf(unchecked: ReadonlySet<string>, { base, downstream, effect }: Cell): boolean {
  return [base, downstream, effect?.witness].some((name) => name !== undefined && unchecked.has(name));
}

function unclear(cell: Cell): Cell {
  const open = <T extends Pick<Cell, "state" | "reason">>(of: T): T =>
    of.state === "clear" ? { ...of, state: "unresolved", reason: "unchecked" } : of;
  const { alignment, effect } = cell;
  const own = effect?.state === "clear" ? ({ ...effect, state: "unresolved", reason: "unchecked" } as const) : effect;
  return { ...open(cell), alignment: open({ ...alignment }), effect: own };
}
