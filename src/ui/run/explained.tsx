import { useMemo } from "react";
import { IntervalFigure } from "../parts/interval-figure.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import type { Table } from "./figures.ts";

/** Explained part below which a feature that no concept knows may be at work. */
const low = 0.7;
const domain = [0, 1] as const;
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
const kinds = ["explained"];

/** How much of each direction its concepts explain: said before any share, because a share is one of what is explained. */
export function Explained({ table }: { readonly table: Table }) {
  const { decomposition } = table.matrix;
  const rows = useMemo(
    () =>
      [...(decomposition ?? [])]
        .sort((a, b) => a.explained.value - b.explained.value)
        .map(({ base, explained: { value, ci } }) => ({ name: base, points: [{ value, ci, kind: 0 }] })),
    [decomposition],
  );
  if (decomposition === null) return null;
  const unexplained = decomposition.filter(({ explained }) => explained.value < low);
  const groups = decomposition.flatMap(({ base, groups }) => groups.map((group) => ({ base, ...group })));
  const images = Math.max(0, ...decomposition.map(({ count }) => count));
  return (
    <div className="explained">
      <div>
        <h3>First: how much is explained</h3>
        <p>
          Every direction is described as a mixture of the directions of the concepts.{" "}
          {says(unexplained.length, decomposition.length)}
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

function says(few: number, all: number): string {
  if (few === 0) return `The concepts explain at least ${Math.round(100 * low)} % of each of the ${all}.`;
  return `Of ${few} of the ${all} the concepts explain less than ${Math.round(100 * low)} %: a feature that none of them knows may be at work.`;
}
