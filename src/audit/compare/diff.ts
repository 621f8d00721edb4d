import type { z } from "zod";
import { CfalignError } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import type { CellNames, CellStateIn, DiffCell, DiffFigures, diffSchema } from "../../results/diff-cell.ts";
import type { Cell, Matrix } from "../../results/matrix-schema.ts";
import { cellState, minFoundCount } from "../../statistics/cell-state.ts";
import { createResamples, type Resamples } from "../../statistics/resamples.ts";
import { diffSentence } from "../../words/diff.ts";
import {
  type CellPair,
  type ComparedRun,
  comparedRun,
  imagePairs,
  pairCounts,
  pairFigures,
} from "../cells/image-pairs.ts";
import { isRejected } from "../cells/rejected.ts";
import { alignmentMatrix } from "../matrix.ts";
import { type MatrixOptions, resolveOptions } from "../options.ts";
import { type FiledRun, incomparable } from "./comparable.ts";
import { pairNames, parseRenames } from "./renames.ts";

/** Options of a diff: those of the statistics, and names that changed. */
export interface DiffOptions extends MatrixOptions {
  /** `old=new` for classifiers that the second run knows by another name. */
  readonly map?: readonly string[];
}

/** What `diffRuns` found. */
export type Diff = Readonly<z.infer<typeof diffSchema>>;

/**
 * What changed from one run to another: bases and downstream classifiers paired by name (or as `map` says), images by their bytes. States are
 * those of each run's own matrix by relative change, whatever its interventions say; differences are paired. Errors: CfalignError("usage") where no base has a partner, and for options.
 */
export function diffRuns(before: FiledRun, after: FiledRun, options: DiffOptions = {}): Diff {
  const { map = [], ...statistics } = options;
  const asked = resolveOptions(statistics);
  const renames = parseRenames(map, before, after);
  const bases = pairNames(before.bases, after.bases, renames);
  const downstream = pairNames(before.downstream, after.downstream, renames);
  for (const [what, { pairs }, old, now] of [
    ["base", bases, before.bases, after.bases],
    ["downstream classifier", downstream, before.downstream, after.downstream],
  ] as const) {
    if (pairs.length > 0) continue;
    const example = `"${old[0] ?? "old"}=${now[0] ?? "new"}"`;
    throw new CfalignError(
      "usage",
      (named) => `no ${what} has the same name in both runs: say which is which, such as ${named("map")} ${example}`,
      { option: "map" },
    );
  }
  const compare: Comparison = {
    ...asked,
    pool: createResamples(createRandom(asked.seed), asked.resamples),
    before: { ...comparedRun(before), cells: cellsOf(alignmentMatrix(before, statistics)) },
    after: { ...comparedRun(after), cells: cellsOf(alignmentMatrix(after, statistics)) },
  };
  const cells = bases.pairs.flatMap((base) => downstream.pairs.map((other) => diffCell(compare, base, other)));
  return {
    ...asked,
    rows: bases.pairs.map((base) => ({
      base,
      ...pairCounts(compare.before, compare.after, base, asked.minBaseChange),
    })),
    cells: cells.sort((a, b) => rank(a) - rank(b) || size(b) - size(a)),
    unpaired: {
      bases: { before: bases.beforeOnly, after: bases.afterOnly },
      downstream: { before: downstream.beforeOnly, after: downstream.afterOnly },
    },
    notes: incomparable(before, after),
  };
}

type Side = "present" | "absent";
type Cells = ReadonlyMap<string, Cell>;

interface Comparison extends Required<MatrixOptions> {
  readonly pool: Resamples;
  readonly before: ComparedRun & { readonly cells: Cells };
  readonly after: ComparedRun & { readonly cells: Cells };
}

function cellsOf(matrix: Matrix): Cells {
  return new Map(matrix.cells.map((cell) => [keyOf(cell), cell]));
}

function keyOf({ base, downstream }: { readonly base: string; readonly downstream: string }): string {
  return JSON.stringify([base, downstream]);
}

function diffCell(compare: Comparison, base: CellNames, downstream: CellNames): DiffCell {
  const { minBaseChange, minEffect, confidence, pool } = compare;
  const names: CellPair = {
    before: { base: base.before, downstream: downstream.before },
    after: { base: base.after, downstream: downstream.after },
  };
  const pairs = imagePairs(compare.before, compare.after, names, minBaseChange);
  const figures = (side: Side): DiffFigures => {
    const { count, before, after, estimate } = pairFigures(pairs, side, { resamples: pool, confidence, minEffect });
    return {
      ...{ before, after, count },
      difference: before === null || after === null ? null : (estimate?.value ?? after - before),
      ci: estimate === undefined ? null : [...estimate.ci],
    };
  };
  const [present, absent] = [figures("present"), figures("absent")];
  const was = stateOf(compare.before.cells.get(keyOf(names.before)));
  const is = stateOf(compare.after.cells.get(keyOf(names.after)));
  const cell = {
    base,
    downstream,
    before: was,
    after: is,
    present,
    absent,
    ...outcomeOf(was, is, { present, absent }, minEffect),
  };
  return { ...cell, sentence: cell.outcome === null ? null : diffSentence(cell, compare) };
}

/** By relative change, whose differences these are: an effect has no stratum and no pairs. */
function stateOf(cell: Cell | undefined): CellStateIn {
  const { state, reason } = cell?.alignment ?? { state: null, reason: null };
  return {
    ...{ state, reason },
    stratum: cell?.stratum ?? null,
    rejected: cell !== undefined && state === "found" && isRejected(cell),
  };
}

type Outcome = Pick<DiffCell, "outcome" | "reason" | "stratum">;

function outcomeOf(
  was: CellStateIn,
  is: CellStateIn,
  strata: Readonly<Record<Side, DiffFigures>>,
  minEffect: number,
): Outcome {
  if (was.state === null || is.state === null) return { outcome: null, reason: null, stratum: null };
  const excludesZero = (side: Side | null): boolean => {
    const { ci, count } = side === null ? { ci: null, count: 0 } : strata[side];
    return ci !== null && count >= minFoundCount && (ci[0] > 0 || ci[1] < 0);
  };
  if (was.state === "found" && is.state === "clear" && excludesZero(was.stratum)) {
    if (was.rejected) return { outcome: "unresolved", reason: "rejected", stratum: was.stratum };
    return { outcome: "removed", reason: null, stratum: was.stratum };
  }
  if (was.state === "clear" && is.state === "found" && excludesZero(is.stratum)) {
    if (is.rejected) return { outcome: "unresolved", reason: "rejected", stratum: is.stratum };
    return { outcome: "introduced", reason: null, stratum: is.stratum };
  }
  const judgement = cellState({
    strata: (["present", "absent"] as const).flatMap((name) => {
      const { difference, ci, count } = strata[name];
      return difference === null || ci === null ? [] : [{ name, mean: difference, ci, count, qValue: 0 }];
    }),
    minEffect,
    // Who is selected was judged in each run; here only pairs count.
    ...{ selected: 0, used: 0, blind: false },
  });
  const stratum = judgement.stratum ?? null;
  if (judgement.state === "clear") return { outcome: "unchanged", reason: null, stratum };
  if (judgement.state === "unresolved") {
    return { outcome: "unresolved", reason: judgement.reason === "too-few" ? "too-few" : "straddles", stratum };
  }
  const { before, after } = strata[stratum as Side];
  return {
    outcome: "unresolved",
    reason: Math.abs(after ?? 0) < Math.abs(before ?? 0) ? "weaker" : "stronger",
    stratum,
  };
}

function rank({ outcome, reason }: DiffCell): number {
  if (outcome === "removed") return 0;
  if (outcome === "introduced") return 1;
  if (outcome === "unresolved") return reason === "weaker" || reason === "stronger" ? 2 : 3;
  return outcome === "unchanged" ? 4 : 5;
}

function size({ stratum, present, absent }: DiffCell): number {
  const differences = stratum === null ? [present, absent] : [{ present, absent }[stratum]];
  return Math.max(...differences.map(({ difference }) => Math.abs(difference ?? 0)));
}
