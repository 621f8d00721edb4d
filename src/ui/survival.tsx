import type { ReportData } from "../report/data.ts";
import { perturbationWords } from "./words.ts";

/** Share below which a fall does not survive (as the findings have it). */
const half = 0.5;

/** How much of each base's fall is left when its counterfactuals are shown again a little changed, and to a judge. */
export function Survival({ report }: { readonly report: ReportData }) {
  const { rows } = report.matrix;
  const names = Object.keys(perturbationWords).filter((name) =>
    rows.some(({ survival }) => survival[name] !== undefined),
  );
  const least = rows.map(({ base, survival }) => ({
    base,
    share: Math.min(1, ...names.flatMap((name) => survival[name]?.share ?? [])),
  }));
  const lost = least.filter(({ share }) => share < half).map(({ base }) => base);
  if (names.length === 0) return null;
  return (
    <div className="survival">
      <h3>Does the change survive?</h3>
      <p className="lead">
        Share of the fall of the base’s prediction that is left when its counterfactuals are shown again:{" "}
        {names.map((name) => perturbationWords[name]).join(", ")}. A change that does not survive is a pattern made for
        one classifier; one that only the judge does not see is a change of something else.{" "}
        {lost.length === 0 ? "At least half survives everywhere." : `Less than half survives for ${lost.join(", ")}.`}
      </p>
      <div className="scroll">
        <table className="plain">
          <caption className="hidden">Share of the fall that survives</caption>
          <thead>
            <tr>
              <th scope="col">Base</th>
              {names.map((name) => (
                <th key={name} scope="col" className="right">
                  {perturbationWords[name]}
                </th>
              ))}
              <th scope="col" className="right">
                images
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ base, survival }) => (
              <tr key={base}>
                <th scope="row">{base}</th>
                {names.map((name) => {
                  const share = survival[name]?.share;
                  return (
                    <td key={name} className={`right ${share !== undefined && share < half ? "strong" : ""}`}>
                      {share === undefined ? "–" : `${Math.round(100 * share)} %`}
                    </td>
                  );
                })}
                <td className="right">{Math.max(0, ...names.map((name) => survival[name]?.count ?? 0))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
