import { CfalignError, type OptionNames } from "../../errors.ts";
import { suggestion } from "../../nearest-names.ts";
import type { RunData } from "../../results/run-data.ts";
import { aboutConcept, concepts } from "../cells/concepts.ts";
import { directionProducts } from "../decomposition/decomposition.ts";
import type { Bound } from "./bound.ts";

/** What stands for every name; a classifier of that name is written in quotes. */
const any = "*";

/** A bound with * and the cells that it covers. */
export interface Coverage {
  readonly bound: string;
  readonly cells: number;
}

/** Bounds on single cells, and what those with * cover. */
export interface CoveredBounds {
  readonly bounds: readonly Bound[];
  readonly coverage: readonly Coverage[];
}

/**
 * Bounds as they hold for a run, one a cell: `*->eyeglasses` is every base, `smiling->*` every downstream classifier, without cells of one concept or one softmax, which
 * have no state. Errors: CfalignError("usage") for a name that the run does not have, with the nearest ones, and for a * that covers nothing: a typing
 * mistake must not look like a bound that holds.
 */
export function coveredBounds(run: RunData, asked: readonly Bound[]): CoveredBounds {
  const coverage: Coverage[] = [];
  const bounds = asked.flatMap((bound) => {
    const missing = missingFrom(run, bound);
    if (missing !== undefined) throw refused(bound, missing);
    if (bound.base !== any && bound.downstream !== any) return [bound];
    const cells = cellsOf(run, bound);
    if (cells.length === 0) throw refused(bound, () => "covers no cell that has a state");
    coverage.push({ bound: bound.text, cells: cells.length });
    return cells;
  });
  return { bounds, coverage };
}

function refused({ text }: Bound, problem: Problem): CfalignError {
  return new CfalignError("usage", (named) => `${named("bounds")} "${text}": ${problem(named)}`, { option: "bounds" });
}

/** A sentence that may name options. */
type Problem = (named: OptionNames) => string;

/** What a bound is about that is not in a run, in words; undefined where all is there. `where`: what the run is called. */
export function missingFrom(
  run: RunData,
  { base, downstream, measure }: Bound,
  where = "the run",
): Problem | undefined {
  if (base !== any && !run.bases.includes(base))
    return () => `${where} has no base "${base}"${suggestion(base, run.bases)}`;
  if (measure === "rc") {
    const watched = [...run.downstream, ...run.judges];
    if (downstream === any || watched.includes(downstream)) return undefined;
    return () => `${where} has no downstream classifier "${downstream}"${suggestion(downstream, watched)}`;
  }
  const rows = directionProducts(run).filter((row) => base === any || row.base === base);
  if (rows.length === 0) {
    return (named) => `${where} has no decomposition: align with ${named("decompose")}`;
  }
  const known = rows.flatMap((row) => row.concepts.map((classifier) => aboutConcept(run, classifier)));
  if (downstream === any || known.some((about) => isAbout(about, downstream))) return undefined;
  const names = known.map(({ concept }) => concept);
  return () => `the direction of "${base}" was not decomposed into "${downstream}"${suggestion(downstream, names)}`;
}

/** Whether a concept is what a bound calls by a name. */
export function isAbout({ concept, classifier, downstream }: ReturnType<typeof aboutConcept>, name: string): boolean {
  return concept === name || classifier === name || downstream.includes(name);
}

function cellsOf(run: RunData, bound: Bound): Bound[] {
  const related = concepts(run);
  const end = bound.text.slice(bound.text.lastIndexOf("="));
  const ofShare = bound.measure === "share";
  const products = new Map(directionProducts(run).map((row) => [row.base, row.concepts]));
  return run.bases
    .filter((base) => bound.base === any || base === bound.base)
    .flatMap((base) => {
      const named = (ofShare ? (products.get(base) ?? []) : run.downstream).map((classifier) => ({
        classifier,
        name: ofShare ? aboutConcept(run, classifier).concept : classifier,
        holds: ofShare ? isAbout(aboutConcept(run, classifier), bound.downstream) : classifier === bound.downstream,
      }));
      // A judge is no column, but may be asked for by name.
      const judge = !ofShare && run.judges.includes(bound.downstream) ? [bound.downstream] : [];
      const chosen = [
        ...named.filter(({ holds }) => bound.downstream === any || holds),
        ...judge.map((classifier) => ({ classifier, name: classifier })),
      ];
      return chosen
        .filter(({ classifier }) => !related.same(base, classifier) && !related.sameSoftmax(base, classifier))
        .map(({ name }) => {
          const text = `${base}->${name}${ofShare ? ".share" : ""}${end}`;
          return { ...bound, text, base, downstream: name };
        });
    });
}
