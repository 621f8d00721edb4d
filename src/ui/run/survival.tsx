import type { Witness } from "../../results/matrix-schema.ts";
import { witnessWords } from "../../words/finding.ts";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { percent } from "../parts/numbers.ts";
import { useRun } from "./use-run.ts";

const witnesses = Object.keys(witnessWords) as Witness[];

/** How much of each base's fall is left when its counterfactuals are shown again a little changed, and to a judge. */
export function Survival() {
  const { matrix, reading, thresholds } = useRun().report;
  const { rows } = matrix;
  const names = witnesses.filter((name) => rows.some(({ survival }) => survival[name] !== undefined));
  const lostTo = (row: number): readonly Witness[] => reading.rows[row]?.lostTo ?? [];
  const lost = rows.flatMap(({ base }, row) => (lostTo(row).length > 0 ? [base] : []));
  const lines = rows.map(({ base, survival }, row): FiguresRow => {
    const figures = names.map((name) => {
      const share = survival[name]?.share;
      return share === undefined
        ? { text: "–" }
        : { text: `${Math.round(100 * share)} %`, strong: lostTo(row).includes(name) };
    });
    return { key: base, name: base, figures, count: Math.max(0, ...names.map((name) => survival[name]?.count ?? 0)) };
  });
  const least = thresholds.minSurvival === 0.5 ? "half" : percent(thresholds.minSurvival, 1);
  if (names.length === 0) return null;
  return (
    <div className="survival">
      <h3>Does the change survive?</h3>
      <p className="lead">
        Share of the fall of the base’s prediction that is left when its counterfactuals are shown again:{" "}
        {names.map((name) => witnessWords[name]).join(", ")}. A change that does not survive may be a pattern that only
        the classifier sees. A change that survives, but not for the judge, may be of something else than the concept.{" "}
        {lost.length === 0
          ? `At least ${least} survives everywhere.`
          : `Less than ${least} survives for ${lost.join(", ")}.`}
      </p>
      <FiguresTable
        caption="Share of the fall that survives"
        head="Base"
        columns={names.map((name) => witnessWords[name])}
        rows={lines}
      />
    </div>
  );
}
