import type { Cell, ExpectationOutcome } from "../../results/matrix-schema.ts";
import { type ExpectedFigure, type ExpectedKind, expectedCell, expectedCells } from "../../words/expectation.ts";
import { type ExpectedRelation, isExpected } from "./expected-relation.ts";

/** What of a cell says whether it is as expected. */
type JudgedCell = Pick<Cell, "base" | "downstream" | "state" | "effect"> & {
  readonly rejected: boolean;
  readonly deciding: Pick<Cell["deciding"], "mean" | "ci">;
};

/** What became of every relation that was expected: also one that is not there is said. */
export function expectationOutcomes(
  matrix: { readonly cells: readonly JudgedCell[] },
  relations: readonly ExpectedRelation[],
): ExpectationOutcome[] {
  const cells = new Map(matrix.cells.map((cell) => [JSON.stringify([cell.base, cell.downstream]), cell]));
  return relations.map((relation) => {
    const about = relation.cells.flatMap(({ base, downstream }) => cells.get(JSON.stringify([base, downstream])) ?? []);
    const kinds = about.map((cell) => kindOf(cell, relation));
    const count = (kind: ExpectedKind): number => kinds.filter((each) => each === kind).length;
    const counts = {
      cells: about.length,
      found: count("found"),
      beyond: count("beyond"),
      rejected: count("rejected"),
      clear: count("clear"),
      unresolved: count("unresolved"),
    };
    const [only] = about;
    const sentence =
      only !== undefined && about.length === 1
        ? expectedCell(relation, kinds[0] as ExpectedKind, figureOf(only))
        : expectedCells(relation, counts);
    return { relation: relation.relation, ...counts, sentence };
  });
}

function kindOf(cell: JudgedCell, relation: ExpectedRelation): ExpectedKind {
  if (cell.state !== "found") return cell.state ?? "unresolved";
  if (cell.rejected) return "rejected";
  return isExpected([relation], figureOf(cell).value) ? "found" : "beyond";
}

/** What found a cell: its effect, or else its relative change. */
function figureOf({ effect, deciding }: JudgedCell): ExpectedFigure {
  return effect?.state === "found"
    ? { value: effect.value, ci: effect.ci, what: "effect" }
    : { value: deciding.mean ?? 0, ci: deciding.ci, what: "relative change" };
}
