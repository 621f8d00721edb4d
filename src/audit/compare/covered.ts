import { CfalignError, type OptionNames } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import type { RunData } from "../../results/run-data.ts";
import type { Coverage } from "../../words/check.ts";
import { aboutConcept, concepts, type RunNames } from "../cells/concepts.ts";
import { directionProducts } from "../decomposition/decomposition.ts";
import { type ExpectedRelation, relationsOf } from "../expectations/expected-relation.ts";
import type { Bound } from "./bound.ts";

/** What stands for every name; a classifier of that name is written in quotes. */
export const anyName = "*";

/** Bounds on single cells, and what those with * cover. */
export interface CoveredBounds {
  readonly bounds: readonly Bound[];
  readonly coverage: readonly Coverage[];
}

/**
 * Bounds as they hold for a run, one a cell: `*->eyeglasses` is every base, `smiling->*` every downstream classifier, without cells of one concept or one softmax, which
 * have no state, and without those that are expected: what is meant has no bound but one of its own. Errors: CfalignError("usage") for a name that the run does not have, with the nearest ones, and for a * that covers nothing, or nothing but what is expected: a typing
 * mistake must not look like a bound that holds.
 */
export function coveredBounds(
  run: RunData,
  asked: readonly Bound[],
  expected: readonly ExpectedRelation[] = [],
  where = "the run",
): CoveredBounds {
  const coverage: Coverage[] = [];
  const bounds = asked.flatMap((bound) => {
    const missing = missingFrom(run, bound, where);
    if (missing !== undefined) throw refused(bound, missing);
    if (bound.base !== anyName && bound.downstream !== anyName) return [bound];
    const all = cellsOf(run, bound);
    if (all.length === 0) throw refused(bound, () => "covers no cell that has a state");
    const isMeant = (cell: Bound): boolean => cell.measure !== "share" && relationsOf(expected, cell).length > 0;
    const cells = all.filter((cell) => !isMeant(cell));
    const left = all.filter(isMeant).map(({ base, downstream }) => `${base}->${downstream}`);
    if (cells.length === 0) throw refused(bound, allExpected(left.length));
    coverage.push({ bound: bound.text, cells: cells.length, expected: left });
    return cells;
  });
  return { bounds, coverage };
}

/** A bound that leaves every cell out would pass without having looked at one. */
function allExpected(cells: number): Problem {
  return (named) =>
    `covers no cell: ${cells === 1 ? "the only one is" : `all ${cells} are`} expected (${named("expected")}): expect less, or bound a cell by both of its names`;
}

function refused({ text }: Bound, problem: Problem): CfalignError {
  return new CfalignError("usage", (named) => `${named("bounds")} "${text}": ${problem(named)}`, { option: "bounds" });
}

/** A sentence that may name options. */
type Problem = (named: OptionNames) => string;

/** What a bound is about that is not in a run, in words; undefined where all is there. `where`: what the run is called. */
export function missingFrom(
  run: RunData,
  { base, downstream, measure }: Pick<Bound, "base" | "downstream" | "measure">,
  where = "the run",
): Problem | undefined {
  if (measure === "effect" && (run.interventions ?? []).length === 0) {
    return (named) => `${where} has no effects: align with ${named("interventions")} 24`;
  }
  if (measure !== "share") return missingRelation(run, { base, downstream }, where);
  const missing = missingBase(run, base, where);
  if (missing !== undefined) return missing;
  const rows = directionProducts(run).filter((row) => base === anyName || row.base === base);
  if (rows.length === 0) {
    return (named) => `${where} has no decomposition: align with ${named("decompose")}`;
  }
  const known = rows.flatMap((row) => row.concepts.map((classifier) => aboutConcept(run, classifier)));
  if (downstream === anyName || known.some((about) => isAbout(about, downstream))) return undefined;
  const names = known.map(({ concept }) => concept);
  return () => `the direction of "${base}" was not decomposed into "${downstream}"${suggestion(downstream, names)}`;
}

/** The same of two classifiers, which is known before the run begins. */
export function missingRelation(
  run: RunNames,
  { base, downstream }: Pick<Bound, "base" | "downstream">,
  where = "the run",
): Problem | undefined {
  const missing = missingBase(run, base, where);
  const watched = [...run.downstream, ...run.judges];
  if (missing !== undefined || downstream === anyName || watched.includes(downstream)) return missing;
  return () => `${where} has no downstream classifier "${downstream}"${suggestion(downstream, watched)}`;
}

function missingBase({ bases }: RunNames, base: string, where: string): Problem | undefined {
  if (base === anyName || bases.includes(base)) return undefined;
  return () => `${where} has no base "${base}"${suggestion(base, bases)}`;
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
    .filter((base) => bound.base === anyName || base === bound.base)
    .flatMap((base) => {
      const named = (ofShare ? (products.get(base) ?? []) : run.downstream).map((classifier) => ({
        classifier,
        name: ofShare ? aboutConcept(run, classifier).concept : classifier,
        holds: ofShare ? isAbout(aboutConcept(run, classifier), bound.downstream) : classifier === bound.downstream,
      }));
      // A judge is no column, but may be asked for by name.
      const judge = !ofShare && run.judges.includes(bound.downstream) ? [bound.downstream] : [];
      const chosen = [
        ...named.filter(({ holds }) => bound.downstream === anyName || holds),
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
