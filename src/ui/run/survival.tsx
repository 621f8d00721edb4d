import type { Witness } from "../../audit/schema.ts";
import type { ReportData } from "../../report/data.ts";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { witnessWords } from "./words.ts";

const witnesses = Object.keys(witnessWords) as Witness[];

/** How much of each base's fall is left when its counterfactuals are shown again a little changed, and to a judge. */
export function Survival({ report }: { readonly report: ReportData }) {
  const { rows } = report.matrix;
  const { minSurvival } = report.thresholds;
  const names = witnesses.filter((name) => rows.some(({ survival }) => survival[name] !== undefined));
  const least = rows.map(({ base, survival }) => ({
    base,
    share: Math.min(1, ...names.flatMap((name) => survival[name]?.share ?? [])),
  }));
  const lost = least.filter(({ share }) => share < minSurvival).map(({ base }) => base);
  const lines = rows.map(({ base, survival }): FiguresRow => {
    const figures = names.map((name) => {
      const share = survival[name]?.share;
      return share === undefined
        ? { text: "–" }
        : { text: `${Math.round(100 * share)} %`, strong: share < minSurvival };
    });
    return { key: base, name: base, figures, count: Math.max(0, ...names.map((name) => survival[name]?.count ?? 0)) };
  });
  if (names.length === 0) return null;
  return (
    <div className="survival">
      <h3>Does the change survive?</h3>
      <p className="lead">
        Share of the fall of the base’s prediction that is left when its counterfactuals are shown again:{" "}
        {names.map((name) => witnessWords[name]).join(", ")}. A change that does not survive is a pattern made for one
        classifier; one that only the judge does not see is a change of something else.{" "}
        {lost.length === 0 ? "At least half survives everywhere." : `Less than half survives for ${lost.join(", ")}.`}
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
