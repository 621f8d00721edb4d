import { plural, range, signed } from "../../words/figures.ts";
import type { Cell, ExpectationOutcome } from "../schema.ts";
import { type ExpectedRelation, isExpected } from "./expected-relation.ts";

type Interval = Cell["deciding"]["ci"];
type Kind = "found" | "beyond" | "rejected" | "clear" | "unresolved";

/** What of a cell says whether it is as expected. */
type JudgedCell = Pick<Cell, "base" | "downstream" | "state" | "effect"> & {
  readonly doubts: Pick<Cell["doubts"], "rejected">;
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
    const count = (kind: Kind): number => kinds.filter((each) => each === kind).length;
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
        ? `${name(relation)} is expected${whereOf(relation)}, ${ofOne(only, kinds[0] as Kind)}.`
        : `${name(relation)} is expected${whereOf(relation)} in ${plural(about.length, "cell")}: ${ofMany(counts)}.`;
    return { relation: relation.relation, ...counts, sentence };
  });
}

function kindOf(cell: JudgedCell, relation: ExpectedRelation): Kind {
  if (cell.state !== "found") return cell.state ?? "unresolved";
  if (cell.doubts.rejected) return "rejected";
  return isExpected([relation], figureOf(cell).value) ? "found" : "beyond";
}

/** What found a cell: its effect, or else its relative change. */
function figureOf({ effect, deciding }: JudgedCell): {
  readonly value: number;
  readonly ci: Interval;
  readonly what: string;
} {
  return effect?.state === "found"
    ? { value: effect.value, ci: effect.ci, what: "effect" }
    : { value: deciding.mean ?? 0, ci: deciding.ci, what: "relative change" };
}

function name({ base, downstream }: ExpectedRelation): string {
  return `${base} → ${downstream}`;
}

function whereOf({ range: expected }: ExpectedRelation): string {
  return expected === undefined ? "" : ` from ${signed(expected.low)} to ${signed(expected.high)}`;
}

function ofOne(cell: JudgedCell, kind: Kind): string {
  const { what, value, ci } = figureOf(cell);
  const figure = `${what} ${signed(value)}${ci === null ? "" : ` (${range(ci[0], ci[1])})`}`;
  const said: Readonly<Record<Kind, string>> = {
    found: `and is found: ${figure}`,
    beyond: `but is found outside of this range, and counts as a finding: ${figure}`,
    rejected: `and is found, but the judge rejects it: ${figure}`,
    clear: "but is not found: the cell is clear",
    unresolved: "but these images cannot tell: the cell is unresolved",
  };
  return said[kind];
}

function ofMany(counts: Readonly<Record<Kind, number>>): string {
  const said: readonly (readonly [number, string])[] = [
    [counts.found, "found in"],
    [counts.beyond, "found outside of this range, as a finding, in"],
    [counts.rejected, "rejected by the judge in"],
    [counts.clear, "clear in"],
    [counts.unresolved, "unresolved in"],
  ];
  return said
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${words} ${count}`)
    .join(", ");
}
