import { type RowResolution, resolutions } from "../audit/findings/resolution.ts";
import { alignmentMatrix } from "../audit/matrix.ts";
import type { Commit } from "../results/commit.ts";
import { chosenRows } from "../results/row-list.ts";
import type { RunData } from "../results/run-data.ts";
import { looksWithin } from "../statistics/looks.ts";

/** What a run with looks is made of. */
export interface Looking {
  readonly bases: readonly string[];
  /** Images of a base at the last look. */
  readonly limit: number;
  /** Computes what is missing up to so many counterfactuals by base; returns the commits of the images that this takes. */
  align(limits: ReadonlyMap<string, number>): Promise<readonly Commit[]>;
  /** The rows that are committed. */
  read(): Promise<RunData>;
}

export interface Looked {
  readonly commits: readonly Commit[];
  readonly rows: readonly RowResolution[];
}

/**
 * Aligns all bases up to a look, stops those whose rows are settled or out of images, and goes on with the others to the next.
 * Every look sees exactly the images that it saw the first time, whatever is committed: a run that is resumed decides as it did.
 */
export async function alignUntilResolved({ bases, limit, align, read }: Looking): Promise<Looked> {
  const limits = new Map<string, number>();
  let going: readonly string[] = bases;
  let looked: Looked = { commits: [], rows: [] };
  for (const look of looksWithin(limit)) {
    for (const base of going) limits.set(base, look);
    const commits = await align(limits);
    const images = commits.reduce((sum, commit) => sum + commit.images, 0);
    const rows = resolutions(alignmentMatrix(firstOf(await read(), limits, images)));
    looked = { commits, rows };
    const settled = new Set(rows.filter((row) => row.settled || row.images < look).map(({ base }) => base));
    going = going.filter((base) => !settled.has(base));
    if (going.length === 0) break;
  }
  return looked;
}

/** The first counterfactuals of every base, up to its limit, as if only the first images had been processed. */
function firstOf(run: RunData, limits: ReadonlyMap<string, number>, images: number): RunData {
  const position = new Map(run.images.map((row) => [row.image, row.position]));
  const place = (row: { readonly image: string }): number => position.get(row.image) ?? Number.POSITIVE_INFINITY;
  const left = new Map(limits);
  const kept = new Set<string>();
  const counterfactuals = [...run.counterfactuals]
    .sort((a, b) => place(a) - place(b))
    .filter(({ image, base }) => {
      const more = left.get(base) ?? 0;
      if (more > 0) kept.add(`${base}\n${image}`);
      left.set(base, more - 1);
      return more > 0;
    });
  return {
    ...run,
    counterfactuals,
    predictions: chosenRows(run.predictions, (row) => place(row) < images),
    changes: chosenRows(run.changes, ({ image, base }) => kept.has(`${base}\n${image}`)),
  };
}
