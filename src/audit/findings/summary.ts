import type { Finding, Matrix, Summary } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { movedWords } from "../../words/moved.ts";
import { headline, methodWords, statesWords } from "../../words/summary.ts";
import { unnamedText } from "../../words/unnamed.ts";
import { decisions } from "../cells/presence.ts";
import { rarelyReached } from "../cells/selection.ts";
import { movedIn } from "../effects/moved-in.ts";
import { expectationOutcomes } from "../expectations/expectation-outcome.ts";
import { type ExpectedOptions, findingsOrder } from "./findings.ts";

/** What came out of a run, in sentences that hold for it as a whole, with the counts behind them. */
export function summarize(
  run: RunData,
  matrix: Matrix,
  findings: readonly Finding[],
  { expected = [] }: ExpectedOptions = {},
): Summary {
  const bases = matrix.bases.length;
  const basesOf = (group: Finding["group"]): Set<string> =>
    new Set(findings.filter((finding) => finding.group === group).map(({ base }) => base));
  const confirmed = basesOf("confirmed");
  const open = new Set([...basesOf("open")].filter((base) => !confirmed.has(base)));
  const cellsIn = (state: string): number => matrix.cells.filter((cell) => cell.state === state).length;
  const cells = { found: cellsIn("found"), clear: cellsIn("clear"), unresolved: cellsIn("unresolved") };
  const sum = (of: "selected" | "eligible" | "reached" | "used"): number =>
    matrix.rows.reduce((total, row) => total + row[of], 0);
  const counts = {
    listed: run.images.length,
    lookedAt: decisions(run).images.length,
    chosen: new Set(run.counterfactuals.map(({ image }) => image)).size,
    counterfactuals: sum("selected"),
    eligible: sum("eligible"),
    reached: sum("reached"),
    used: sum("used"),
  };
  const groups = {
    confirmed: findings.filter(({ group }) => group === "confirmed").length,
    open: findings.filter(({ group }) => group === "open").length,
    contradicted: findings.filter(({ group }) => group === "contradicted").length,
    "own-concept": basesOf("own-concept").size,
    expected: findings.filter(({ group }) => group === "expected").length,
    rejected: findings.filter(({ group }) => group === "rejected").length,
  };
  const unnamed = unnamedText(matrix);
  const far = matrix.rows.filter(rarelyReached).map(({ base }) => base);
  const moved = movedIn(run, matrix);
  return {
    headline: headline({
      ...{
        confirmed: confirmed.size,
        open: open.size,
        bases,
        own: groups["own-concept"],
        // Those that the judge rejects are such cells, too.
        contradicted: findings.filter(({ kind }) => kind === "contradicted").length,
        cells,
      },
      expected: groups.expected,
      unnamed: unnamed.length,
      withEffects: matrix.cells.some(({ reason, effect }) => reason === "contradicted" && effect !== null),
      withExpectations: expected.length > 0,
    }),
    method: methodWords({
      options: run.options,
      matrix,
      counts,
      far,
      moved: moved === undefined ? "" : movedWords(moved),
    }),
    states: statesWords(matrix, cells),
    unnamed,
    order: findingsOrder,
    bases: { all: bases, confirmed: confirmed.size, open: open.size },
    groups,
    cells,
    expectations: expectationOutcomes(matrix, expected),
    counts,
  };
}
