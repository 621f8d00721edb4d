import type { RunData } from "../../results/run-data.ts";
import { mean } from "../../statistics/moments.ts";
import type { Resamples } from "../../statistics/resamples.ts";
import type { Estimate, EstimateOptions } from "../../statistics/studentized.ts";
import { estimateOf, type Side, usedOf } from "./cell.ts";
import { cellColumns } from "./cell-columns.ts";
import { type Movements, movements } from "./movements.ts";
import { type Decisions, decisions } from "./presence.ts";

/** A run, ready to be compared. */
export interface ComparedRun {
  readonly run: RunData;
  readonly decided: Decisions;
  /** By base. */
  readonly movements: ReadonlyMap<string, Movements>;
  /** SHA-256 of an image. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** Reads a run for comparison. */
export function comparedRun(run: RunData): ComparedRun {
  return {
    run,
    decided: decisions(run),
    movements: new Map(movements(run).map((moved) => [moved.base, moved])),
    hashes: new Map(run.images.flatMap(({ image, sha256 }) => (sha256 === null ? [] : [[image, sha256] as const]))),
  };
}

/** What a downstream classifier did on a used image. */
interface UsedImage {
  readonly image: string;
  readonly relativeChange: number;
  /** Undefined where it cannot be told. */
  readonly present: boolean | undefined;
}

/** One image that both bases moved, with what a downstream classifier did each time. */
export interface ImagePair {
  readonly before: UsedImage;
  readonly after: UsedImage;
}

/** The cells of two runs that are held against each other. */
export interface CellPair {
  readonly before: { readonly base: string; readonly downstream: string };
  readonly after: { readonly base: string; readonly downstream: string };
}

/** Images, by their bytes, that are used (base change > minBaseChange) under both bases, in the order of the first run. */
export function imagePairs(
  before: ComparedRun,
  after: ComparedRun,
  cells: CellPair,
  minBaseChange: number,
): ImagePair[] {
  const others = usedImages(after, cells.after, minBaseChange);
  return [...usedImages(before, cells.before, minBaseChange)].flatMap(([hash, point]) => {
    const other = others.get(hash);
    return other === undefined ? [] : [{ before: point, after: other }];
  });
}

/** Images used under both of two bases, and under one only. */
export function pairCounts(
  before: ComparedRun,
  after: ComparedRun,
  bases: { readonly before: string; readonly after: string },
  minBaseChange: number,
): { readonly both: number; readonly beforeOnly: number; readonly afterOnly: number } {
  const used = ({ movements, hashes }: ComparedRun, base: string): Set<string> => {
    const moved = movements.get(base);
    return new Set(
      (moved?.counterfactuals ?? [])
        .filter((_, index) => (moved?.every.baseChange[index] ?? 0) > minBaseChange && moved?.apart[index] !== true)
        .flatMap((row) => hashes.get(row.image) ?? []),
    );
  };
  const [first, second] = [used(before, bases.before), used(after, bases.after)];
  const both = [...first].filter((hash) => second.has(hash)).length;
  return { both, beforeOnly: first.size - both, afterOnly: second.size - both };
}

/** Used images of a cell by the hash of their file; of equal files the first. */
function usedImages(
  { run, decided, movements, hashes }: ComparedRun,
  { base, downstream }: CellPair["before"],
  minBaseChange: number,
): Map<string, UsedImage> {
  const found = new Map<string, UsedImage>();
  const moved = movements.get(base);
  if (moved === undefined) return found;
  const cell = cellColumns({ run, movements: moved, decided, downstream });
  for (const at of usedOf(cell, minBaseChange)) {
    const image = moved.counterfactuals[cell.places[at] as number]?.image as string;
    const hash = hashes.get(image);
    if (hash === undefined || found.has(hash)) continue;
    const present = cell.present[at] === 2 ? undefined : cell.present[at] === 1;
    found.set(hash, { image, relativeChange: cell.relativeChange[at] as number, present });
  }
  return found;
}

/** What the pairs of one stratum say: mean RC before and after, and the mean of `contrast` over the pairs. */
export interface PairFigures {
  readonly count: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly estimate: Estimate | undefined;
}

/**
 * Figures over the pairs on whose two reconstructions the downstream feature is present (or absent) both times.
 */
export function pairFigures(
  pairs: readonly ImagePair[],
  side: Side,
  options: EstimateOptions & {
    readonly resamples: Resamples;
    /** One number per pair from its two relative changes and their means; after − before by default. */
    readonly contrast?: (
      before: number,
      after: number,
      means: { readonly before: number; readonly after: number },
    ) => number;
  },
): PairFigures {
  const { resamples, contrast = (before, after) => after - before } = options;
  const wanted = side === "present";
  const chosen = pairs.filter((pair) => pair.before.present === wanted && pair.after.present === wanted);
  const before = chosen.map((pair) => pair.before.relativeChange);
  const after = chosen.map((pair) => pair.after.relativeChange);
  if (chosen.length === 0) return { count: 0, before: null, after: null, estimate: undefined };
  const means = { before: mean(before), after: mean(after) };
  const contrasts = before.map((value, index) => contrast(value, after[index] as number, means));
  return { count: chosen.length, ...means, estimate: estimateOf(contrasts, resamples, options) };
}
