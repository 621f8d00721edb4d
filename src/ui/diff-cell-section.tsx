import type { Diff } from "../audit/diff.ts";
import type { DiffCell } from "../audit/diff-cell.ts";
import { Arrow } from "./arrow.tsx";
import type { DiffAddress } from "./diff-address.ts";
import { nameOf, outcomeWords } from "./diff-figures.ts";
import { Interval } from "./interval.tsx";
import { decimal, range } from "./numbers.ts";
import { SectionLink } from "./section-link.tsx";

interface Props {
  readonly cell: DiffCell | undefined;
  readonly diff: Diff;
  readonly address: DiffAddress;
}

/** All figures of one cell before and after. */
export function DiffCellSection({ cell, diff, address }: Props) {
  if (cell === undefined) {
    return (
      <>
        <h2 id="cell-title" tabIndex={-1}>
          The figures of a cell
        </h2>
        <p className="lead empty">
          {address.base === undefined
            ? "Choose a cell of the matrix or a change: its figures appear here."
            : `There is no cell ${address.base} by ${address.downstream ?? "nothing"} in both runs.`}
        </p>
      </>
    );
  }
  const rows = [
    { key: "present", name: `with ${cell.downstream.after}`, ...cell.present },
    { key: "absent", name: `without ${cell.downstream.after}`, ...cell.absent },
  ];
  return (
    <>
      <h2 id="cell-title" tabIndex={-1} className="cell-title">
        {nameOf(cell.base)} <Arrow /> {nameOf(cell.downstream)}
      </h2>
      <p className="lead">
        {cell.sentence ?? "Both name one concept, or are classes of one softmax: they move together by construction."}{" "}
        <SectionLink id="matrix" className="back">
          Back to the matrix
        </SectionLink>
      </p>
      <div className="figures">
        <div className="scroll">
          <table className="plain">
            <caption className="hidden">Relative change before and after, on images used under both</caption>
            <thead>
              <tr>
                <th scope="col">Images used under both</th>
                {["before", "after", "difference"].map((name) => (
                  <th key={name} scope="col" className="right">
                    {name}
                  </th>
                ))}
                <th scope="col">interval</th>
                <th scope="col" className="graph">
                  <span className="hidden">interval drawn</span>
                </th>
                <th scope="col" className="right">
                  images
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, name, before, after, difference, ci, count }) => (
                <tr key={key} className={key === cell.stratum ? "decided" : ""}>
                  <th scope="row">{name}</th>
                  <td className="right">{decimal(before)}</td>
                  <td className="right">{decimal(after)}</td>
                  <td className="right strong">{decimal(difference)}</td>
                  <td>{range(ci) ?? "–"}</td>
                  <td className="graph">
                    {difference !== null && (
                      <Interval value={difference} ci={ci} minEffect={diff.minEffect} what="difference" />
                    )}
                  </td>
                  <td className="right">{count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <dl className="facts">
          {[
            ["Outcome", outcomeWords(cell)],
            ["State before, over its own images", stateOf(cell.before)],
            ["State after, over its own images", stateOf(cell.after)],
          ].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

function stateOf({ state, reason }: DiffCell["before"]): string {
  return state === null ? "not judged" : reason === null ? state : `${state}: ${reason.replaceAll("-", " ")}`;
}
