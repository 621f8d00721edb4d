import type { Diff } from "../../audit/compare/diff.ts";
import type { DiffCell } from "../../audit/compare/diff-cell.ts";
import { Arrow } from "../parts/arrow.tsx";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { decimal } from "../parts/numbers.ts";
import { SectionLink } from "../shell/section-link.tsx";
import type { DiffAddress } from "./address.ts";
import { nameOf, outcomeWords } from "./diff-figures.ts";

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
  const rows = (["present", "absent"] as const).map((stratum): FiguresRow => {
    const { before, after, difference, ci, count } = cell[stratum];
    const figures = [{ text: decimal(before) }, { text: decimal(after) }, { text: decimal(difference), strong: true }];
    const name = `${stratum === "present" ? "with" : "without"} ${cell.downstream.after}`;
    return { key: stratum, name, figures, value: difference, ci, count, decided: stratum === cell.stratum };
  });
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
        <FiguresTable
          caption="Relative change before and after, on images used under both"
          head="Images used under both"
          columns={["before", "after", "difference"]}
          rows={rows}
          intervals={{ minEffect: diff.minEffect, what: "difference" }}
        />
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
