import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Commit } from "./commit.ts";

/**
 * Bytes of Node's heap for a row of `changes`, and for a counterfactual with its trace: the least heap that `report` ended in, on tables of
 * scripts/speed/bench-tables.ts. Columns of predictions and changes lie beside the heap.
 */
const rowBytes = 60;
const counterfactualBytes = 1200;
/** What the program itself needs. */
const ownBytes = 64e6;

/** Bytes that the rows of these commits take in memory while they are read, about. */
export function readingBytes(commits: readonly Commit[]): number {
  const rows = (of: (parts: Commit["parts"]) => number): number =>
    commits.reduce((sum, { parts }) => sum + of(parts), 0);
  return (
    ownBytes +
    rowBytes * rows(({ changes }) => changes.rows) +
    counterfactualBytes * rows(({ counterfactuals }) => counterfactuals.rows)
  );
}

/** Refuses a run that this process has no memory for: it would end without a word. Errors: CfalignError("runtime") with the way out. */
export function requireMemory(path: string, bytes: number): void {
  const { heapBytes } = platform.machine();
  if (heapBytes === 0 || bytes <= heapBytes) return;
  const gigabytes = (some: number): string => (some / 1e9).toFixed(1);
  const megabytes = 1024 * Math.ceil((1.25 * bytes) / 2 ** 30);
  throw new CfalignError(
    "runtime",
    `"${path}": its rows take about ${gigabytes(bytes)} GB of memory, and this process may use ${gigabytes(heapBytes)} GB: ` +
      `set NODE_OPTIONS=--max-old-space-size=${megabytes} and call this again`,
    { where: path },
  );
}
