import type { DiffData } from "../../report/data.ts";
import type { DiffCell } from "../../results/diff-cell.ts";
import { outcomeWords } from "../../words/diff.ts";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { MatrixLink } from "../parts/matrix-link.tsx";
import { Arrow } from "../parts/name.tsx";
import { decimal } from "../parts/numbers.ts";
import type { DiffAddress } from "./address.ts";
import { nameOf, type ShownCell } from "./diff-figures.ts";
import { Faces } from "./faces.tsx";

interface Props {
  readonly cell: ShownCell | undefined;
  readonly data: DiffData;
  readonly address: DiffAddress;
}

/** All figures of one cell before and after. */
export function DiffCellSection({ cell, data, address }: Props) {
  const { diff } = data;
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
        <MatrixLink />
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
      <Faces key={`${cell.base.after} ${cell.downstream.after}`} data={data} cell={cell} />
    </>
  );
}

function stateOf({ state, reason }: DiffCell["before"]): string {
  return state === null ? "not judged" : reason === null ? state : `${state}: ${reason.replaceAll("-", " ")}`;
}
