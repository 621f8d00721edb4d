import { CfalignError, ownNames } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import { concepts, type RunNames } from "../cells/concepts.ts";
import { anyName, missingRelation } from "../compare/covered.ts";
import { type Expectation, parseExpectations } from "./expectation.ts";
import type { CellName, ExpectedRelation } from "./expected-relation.ts";

/**
 * What a file of expectations says of a run (docs/expectations.md). A `*` is about every cell that is judged. Errors: CfalignError("input") for
 * a line that cannot be read, for a name that the run does not have, with the nearest ones, for a cell that is not judged (two classifiers of one
 * concept, or classes of one softmax), and for a * that is about nothing: a typing mistake must not look like a relation that is meant.
 */
export function readExpectations(run: RunNames, text: string, where = "expectations"): ExpectedRelation[] {
  return parseExpectations(text, where).map((expectation) => ({ ...expectation, cells: cellsOf(run, expectation) }));
}

function cellsOf(run: RunNames, { base, downstream, where, relation }: Expectation): CellName[] {
  const fail = (problem: string): never => {
    throw new CfalignError("input", `${where}: "${relation}": ${problem}`, { where });
  };
  // A judge confirms what is found; it is no column that something could be expected of.
  if (downstream !== anyName && !run.downstream.includes(downstream)) {
    return fail(`the run has no downstream classifier "${downstream}"${suggestion(downstream, run.downstream)}`);
  }
  const missing = missingRelation(run, { base, downstream });
  if (missing !== undefined) return fail(missing(ownNames));
  const related = concepts(run);
  const cells = run.bases
    .filter((name) => base === anyName || name === base)
    .flatMap((one) =>
      run.downstream
        .filter((name) => downstream === anyName || name === downstream)
        .filter((other) => !related.same(one, other) && !related.sameSoftmax(one, other))
        .map((other) => ({ base: one, downstream: other })),
    );
  return cells.length > 0
    ? cells
    : fail("is about no cell that is judged: classifiers of one concept, and classes of one softmax, move together");
}
