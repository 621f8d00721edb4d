import { useLayoutEffect, useRef } from "react";
import type { Statistic, View } from "./address.ts";
import { Arrow } from "./arrow.tsx";
import { figureOf, type Table } from "./figures.ts";
import { decimal, plural, range } from "./numbers.ts";
import { stateWords } from "./words.ts";

interface Props {
  readonly table: Table;
  readonly view: View;
  readonly statistic: Statistic;
  readonly row: number;
  readonly column: number;
  readonly element: HTMLElement;
}

/** Figures of the cell under the pointer or the focus. */
export function Tip({ table, view, statistic, row, column, element }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = box.current;
    if (tip === null) return;
    const cell = element.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(innerWidth - width - 8, Math.max(8, cell.left + cell.width / 2 - width / 2));
    const above = cell.top - height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : cell.bottom + 8}px`;
  });
  const { bases, downstream, predictionCorrelation, labelCorrelation } = table.matrix;
  const cell = table.cell(row, column);
  const figure = cell === undefined ? undefined : figureOf(cell, statistic);
  const ci = range(figure?.ci);
  return (
    <div ref={box} className="tip" role="tooltip">
      <p className="tip-names">
        {bases[row]} <Arrow /> {downstream[column]}
      </p>
      {cell !== undefined && figure !== undefined && (
        <>
          <p>
            <b>{decimal(figure.value)}</b>
            {ci === undefined ? "" : ` (${ci})`}
            {figure.count > 0 ? `, ${plural(figure.count, "image")}` : ""}
          </p>
          {figure.count > 0 && <p className="tip-muted">{figure.of}</p>}
          <p>
            {stateWords(cell)}
            {cell.judge?.mean == null ? "" : ` · judge ${decimal(cell.judge.mean)}`}
          </p>
        </>
      )}
      <p className={view === "alignment" ? "tip-muted" : ""}>
        correlation of predictions {decimal(predictionCorrelation[row]?.[column])}, of labels{" "}
        {decimal(labelCorrelation[row]?.[column])}
      </p>
    </div>
  );
}
