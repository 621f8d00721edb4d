import { z } from "zod";
import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import type { RunData } from "../../results/run-data.ts";
import { hasMoved, isUsed } from "../cells/cell.ts";
import { cellColumns } from "../cells/cell-columns.ts";
import { concepts } from "../cells/concepts.ts";
import { type Movements, movements } from "../cells/movements.ts";
import { type Decisions, decisions } from "../cells/presence.ts";
import { resolveOptions } from "../options.ts";
import { bindTo, type FindRow, type Move, stratumOf } from "./find-fields.ts";
import { type Condition, type Operand, parseQuery, type Query } from "./find-query.ts";

/** Which images are looked for; what is left out is not asked, and everything asked must hold. */
export interface FindQuery {
  /** A query in words (docs/find.md), such as `base = male and heavy_makeup.rc < -0.4 order by abs(rc) limit 20`. */
  readonly query?: string;
  readonly base?: string;
  readonly downstream?: string;
  /** Relative change below, above. */
  readonly below?: number;
  readonly above?: number;
  /** Whether the image had the downstream feature before the move. */
  readonly stratum?: "present" | "absent";
  /** Most images to return; all. */
  readonly limit?: number;
  /** Fall of the base prediction from which an image is used, 0.3. */
  readonly minBaseChange?: number;
}

/** One image behind a cell, as it is printed. */
export const foundImage = z.strictObject({
  image: z.string(),
  base: z.string(),
  downstream: z.string(),
  relativeChange: z.number(),
  /** f_b(x0) − f_b(xλ), positive when the base fell. */
  baseChange: z.number(),
  /** f_d(xλ) − f_d(x0). */
  change: z.number(),
  /** null where the classes of a softmax in the run do not settle it. */
  stratum: z.enum(["present", "absent"]).nullable(),
});
/** One image behind a cell. */
export type FoundImage = Readonly<z.infer<typeof foundImage>>;

/** What was found: how many in all, and the first of them. */
export interface Found {
  readonly count: number;
  readonly images: readonly FoundImage[];
}

/**
 * The images behind one cell, or behind all cells that the query leaves open; only images that are used (baseChange > minBaseChange). Without an
 * order in the query: with `below` alone the most negative relative change comes first, with `above` alone the most positive, else the one
 * farthest from 0. A query that speaks of classifiers by name (NAME.rc) and not of `downstream` looks at these classifiers. Where it does not
 * name both, a base is not held against classifiers of its own concept. Images that are counted apart (docs/statistics.md) are listed where the query
 * speaks of `stop`.
 * Errors: CfalignError("usage") for a name that is not in the run, and for a query that cannot be read, with the place.
 */
export function findImages(run: RunData, asked: FindQuery = {}): Found {
  requireName("base", asked.base, run.bases);
  requireName("downstream", asked.downstream, [...run.downstream, ...run.judges]);
  const { minBaseChange } = resolveOptions(
    asked.minBaseChange === undefined ? {} : { minBaseChange: asked.minBaseChange },
  );
  const query = combined(asked);
  const binding = bindTo(run);
  const holds = query.condition === undefined ? () => true : binding.predicate(query.condition);
  const key = binding.key(query.order?.key ?? abs("rc"));
  const downwards = (query.order?.direction ?? (key.kind === "number" ? "desc" : "asc")) === "desc";
  const named = [...binding.classifiers];
  const judges = [...binding.downstream].filter((name) => !run.downstream.includes(name));
  const watched = named.length > 0 && !binding.asksDownstream() ? named : [...run.downstream, ...judges];

  const related = concepts(run);
  // Whoever asks how searches ended wants to see those that are counted apart too.
  const isListed = query.condition !== undefined && speaksOf(query.condition, "stop") ? hasMoved : isUsed;
  const hits: { readonly hit: FoundImage; readonly key: number | string | undefined }[] = [];
  for (const row of rowsOf(run, watched, named)) {
    const { base } = row.counterfactual;
    const isNamed =
      binding.bases.has(base) && (binding.downstream.has(row.downstream) || binding.classifiers.has(row.downstream));
    if (!isNamed && related.same(base, row.downstream)) continue;
    const move = row.move(row.downstream);
    if (move?.relativeChange === undefined || !isListed(move.cell, move.at, minBaseChange)) continue;
    if (holds(row) !== true) continue;
    const [baseChange, change] = [move.cell.baseChange[move.at] as number, move.cell.change[move.at] as number];
    hits.push({
      hit: {
        ...{ image: row.image.image, base, downstream: row.downstream },
        ...{ relativeChange: move.relativeChange, baseChange, change },
        stratum: stratumOf(move) ?? null,
      },
      key: key.value(row),
    });
  }
  hits.sort((a, b) => inOrder(a.key, b.key, downwards));
  const limit = Math.min(query.limit ?? Infinity, asked.limit ?? Infinity);
  return { count: hits.length, images: hits.slice(0, limit).map(({ hit }) => hit) };
}

/** The query in words and what else was asked, as one query. */
function combined({ query, base, downstream, below, above, stratum }: FindQuery): Query {
  const parsed = parseQuery(query ?? "");
  const parts: Condition[] = parsed.condition === undefined ? [] : [parsed.condition];
  const text = (value: string | undefined): Operand | undefined =>
    value === undefined ? undefined : { kind: "text", value, at: 0 };
  const number = (value: number | undefined): Operand | undefined =>
    value === undefined ? undefined : { kind: "number", value, at: 0 };
  const add = (field: string, operator: "=" | "<" | ">", right: Operand | undefined): void => {
    if (right !== undefined) parts.push({ kind: "compare", operator, left: word(field), right });
  };
  add("base", "=", text(base));
  add("downstream", "=", text(downstream));
  add("stratum", "=", text(stratum));
  add("rc", "<", number(below));
  add("rc", ">", number(above));
  const oneSided = (below === undefined) !== (above === undefined);
  const order = oneSided ? ({ key: word("rc"), direction: below === undefined ? "desc" : "asc" } as const) : undefined;
  return {
    condition: parts.length === 0 ? undefined : { kind: "and", parts },
    order: parsed.order ?? order,
    limit: parsed.limit,
  };
}

/** Whether a condition compares a field. */
function speaksOf(condition: Condition, field: string): boolean {
  if (condition.kind === "not") return speaksOf(condition.part, field);
  if (condition.kind !== "compare") return condition.parts.some((part) => speaksOf(part, field));
  return [condition.left, condition.right].some(
    ({ kind, ...operand }) => kind === "word" && "value" in operand && operand.value === field,
  );
}

function word(value: string): Operand {
  return { kind: "word", value, at: 0 };
}

function abs(field: string): Operand {
  return { kind: "abs", of: word(field), at: 0 };
}

/** Every counterfactual beside every watched classifier, in the order of the run. */
function* rowsOf(run: RunData, watched: readonly string[], named: readonly string[]): Generator<FindRow> {
  const decided = decisions(run);
  const images = new Map(run.images.map((row) => [row.image, row]));
  for (const moved of movements(run)) {
    const moves = new Map([...watched, ...named].map((name) => [name, movesOf(run, moved, decided, name)]));
    for (const downstream of watched) {
      for (const counterfactual of moved.counterfactuals) {
        const image = images.get(counterfactual.image);
        if (image === undefined) continue;
        const move = (name: string): Move | undefined => moves.get(name)?.get(image.image);
        yield { image, counterfactual, downstream, move };
      }
    }
  }
}

/** By image what a downstream classifier did. */
function movesOf(run: RunData, moved: Movements, decided: Decisions, downstream: string): Map<string, Move> {
  const cell = cellColumns({ run, movements: moved, decided, downstream });
  const rows = moved.changes(downstream);
  const { before, after } = moved.table;
  return new Map(
    Array.from(cell.places, (place, at) => {
      const row = rows[place] as number;
      const relativeChange = cell.relativeChange[at] as number;
      const move = {
        ...{ cell, at, before: before[row] as number, after: after[row] as number },
        relativeChange: Number.isNaN(relativeChange) ? undefined : relativeChange,
      };
      return [moved.counterfactuals[place]?.image as string, move] as const;
    }),
  );
}

/** Rows without a value come last, whichever way the others go. */
function inOrder(a: number | string | undefined, b: number | string | undefined, downwards: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return downwards ? -order : order;
}

function requireName(option: keyof FindQuery, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  throw new CfalignError(
    "usage",
    (named) => `${named(option)}: expected a classifier of this run, got "${name}"${suggestion(name, known)}`,
    { option },
  );
}
