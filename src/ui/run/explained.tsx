import { useMemo } from "react";
import { IntervalFigure } from "../parts/interval-figure.tsx";
import { decimal, percent, plural } from "../parts/numbers.ts";
import { useRun } from "./use-run.ts";

const domain = [0, 1] as const;
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
const kinds = ["explained"];

/** How much of each direction its concepts explain: said before any share, because a share is one of what is explained. */
export function Explained() {
  const { report } = useRun();
  const { matrix, reading, thresholds } = report;
  const { decomposition } = matrix;
  const rows = useMemo(
    () =>
      [...(decomposition ?? [])]
        .sort((a, b) => a.explained.value - b.explained.value)
        .map(({ base, explained: { value, ci } }) => ({ name: base, points: [{ value, ci, kind: 0 }] })),
    [decomposition],
  );
  if (decomposition === null) return null;
  const barely = new Set(matrix.rows.flatMap(({ base }, row) => (reading.rows[row]?.barelyExplained ? [base] : [])));
  const unexplained = decomposition.filter(({ base }) => barely.has(base));
  const groups = decomposition.flatMap(({ base, groups }) => groups.map((group) => ({ base, ...group })));
  const images = Math.max(0, ...decomposition.map(({ count }) => count));
  return (
    <div className="explained">
      <div>
        <h3>First: how much is explained</h3>
        <p>
          Every direction is described as a mixture of the directions of the concepts.{" "}
          {says(unexplained.length, decomposition.length, percent(thresholds.minExplained, 1))}
        </p>
        {unexplained.length > 0 && (
          <ul className="qualifiers">
            {unexplained
              .toSorted((a, b) => a.explained.value - b.explained.value)
              .map(({ base, explained }) => (
                <li key={base}>
                  <b>{base}</b>: only {Math.round(100 * explained.value)} % explained
                </li>
              ))}
          </ul>
        )}
        {groups.length > 0 && (
          <details>
            <summary>{plural(groups.length, "group")} of collinear concepts, judged as one</summary>
            <ul className="qualifiers">
              {groups.map(({ base, group, concepts, share, ci, state }) => (
                <li key={`${base} ${group}`}>
                  {base}: {concepts.join(" and ")} together {decimal(share)}
                  {ci === null ? "" : ` (${decimal(ci[0])} to ${decimal(ci[1])})`}, {state}
                </li>
              ))}
            </ul>
          </details>
        )}
        <p className="note">
          Over at most {plural(images, "image")} per base; a concept whose direction hardly points along has a share of
          0. Negative shares lower the base.
        </p>
      </div>
      <IntervalFigure
        title="Explained part of each direction"
        rowName="base"
        label="explained part of the direction"
        {...{ rows, kinds, domain, ticks }}
      />
    </div>
  );
}

function says(few: number, all: number, least: string): string {
  if (few === 0) return `The concepts explain at least ${least} of each of the ${all}.`;
  return `Of ${few} of the ${all} the concepts explain less than ${least}: a feature that none of them knows may be at work.`;
}
