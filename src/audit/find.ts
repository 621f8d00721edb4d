import { CfalignError } from "../errors.ts";
import type { RunData } from "../results/run-data.ts";
import { isUsed } from "./cell.ts";
import { cellPoints } from "./cell-points.ts";
import { concepts } from "./concepts.ts";
import { movements } from "./movements.ts";
import { resolveOptions } from "./options.ts";
import { decisions } from "./presence.ts";

/** Which images are looked for; what is left out is not asked. */
export interface FindQuery {
  readonly base?: string;
  readonly downstream?: string;
  /** Relative change below, above. */
  readonly below?: number;
  readonly above?: number;
  /** Whether the image had the downstream feature before the move. */
  readonly stratum?: "present" | "absent";
  /** Fall of the base prediction from which an image is used, 0.3. */
  readonly minBaseChange?: number;
}

/** One image behind a cell. */
export interface FoundImage {
  readonly image: string;
  readonly base: string;
  readonly downstream: string;
  readonly relativeChange: number;
  /** f_b(x0) − f_b(xλ), positive when the base fell. */
  readonly baseChange: number;
  /** f_d(xλ) − f_d(x0). */
  readonly change: number;
  /** null where the classes of a softmax in the run do not settle it. */
  readonly stratum: "present" | "absent" | null;
}

/**
 * The images behind one cell, or behind all cells that the query leaves open; only images that are used (baseChange > minBaseChange). With
 * `below` alone the most negative relative change comes first, with `above` alone the most positive, else the one farthest from 0. Where the
 * query names no pair, a base is not held against classifiers of its own concept.
 * Errors: CfalignError("usage") for a name that is not in the run.
 */
export function findImages(run: RunData, query: FindQuery = {}): FoundImage[] {
  requireName("base", query.base, run.bases);
  requireName("downstream", query.downstream, [...run.downstream, ...run.judges]);
  const { minBaseChange } = resolveOptions(
    query.minBaseChange === undefined ? {} : { minBaseChange: query.minBaseChange },
  );
  const decided = decisions(run);
  const related = concepts(run);
  const hits: FoundImage[] = [];
  for (const moved of movements(run)) {
    if (query.base !== undefined && moved.base !== query.base) continue;
    for (const downstream of query.downstream === undefined ? run.downstream : [query.downstream]) {
      const named = query.base !== undefined && query.downstream !== undefined;
      if (!named && related.same(moved.base, downstream)) continue;
      for (const point of cellPoints({ run, movements: moved, decided, downstream })) {
        const { image, baseChange, change, relativeChange } = point;
        if (relativeChange === undefined || !isUsed(point, minBaseChange)) continue;
        if (query.below !== undefined && !(relativeChange < query.below)) continue;
        if (query.above !== undefined && !(relativeChange > query.above)) continue;
        const stratum = point.present === undefined ? null : point.present ? "present" : "absent";
        if (query.stratum !== undefined && stratum !== query.stratum) continue;
        hits.push({ image, base: moved.base, downstream, relativeChange, baseChange, change, stratum });
      }
    }
  }
  return hits.sort((a, b) => rank(query, b) - rank(query, a));
}

function rank({ below, above }: FindQuery, { relativeChange }: FoundImage): number {
  if (below !== undefined && above === undefined) return -relativeChange;
  if (above !== undefined && below === undefined) return relativeChange;
  return Math.abs(relativeChange);
}

function requireName(option: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const listed = known.slice(0, 12).map((other) => `"${other}"`);
  const more = known.length > listed.length ? ` and ${known.length - listed.length} more` : "";
  throw new CfalignError(
    "usage",
    `--${option}: expected a classifier of this run (${listed.join(", ")}${more}), got "${name}"`,
    { where: `--${option}` },
  );
}
