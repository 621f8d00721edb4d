import { rejectedWords, stateWords } from "../../words/cell.ts";
import { Arrow } from "../parts/name.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import type { Reading } from "./address.ts";
import { figureOf, type Table } from "./figures.ts";

interface Props {
  readonly table: Table;
  readonly reading: Reading;
  readonly row: number;
  readonly column: number;
}

/** Figures of the cell of a run under the pointer or the focus. */
export function CellTip({ table, reading, row, column }: Props) {
  const { bases, downstream, predictionCorrelation, labelCorrelation } = table.matrix;
  const { view } = reading;
  const cell = table.cell(row, column);
  const figure = cell === undefined ? undefined : figureOf(cell, reading.statistic);
  const ci = range(figure?.ci);
  const share = table.share(row, column);
  const shareCi = range(share?.ci);
  const explained = table.decomposition(row)?.explained.value;
  const coefficient = table.coefficient(row, column);
  const similarity = table.similarity(reading.measure, row, column);
  const effect = table.effect(row, column);
  const effectCi = range(effect?.ci);
  const muted = (own: boolean): string => (own ? "" : "tip-muted");
  return (
    <>
      <p className="tip-names">
        {bases[row]} <Arrow /> {downstream[column]}
      </p>
      {effect !== undefined && (
        <p className={muted(view === "effect")}>
          effect <b>{decimal(effect.value)}</b>
          {effectCi === undefined ? "" : ` (${effectCi})`}, {plural(effect.count, "edited image")}
        </p>
      )}
      {cell !== undefined && figure !== undefined && (
        <>
          <p className={muted(view !== "effect")}>
            {view === "alignment" ? "" : "relative change "}
            <b>{decimal(figure.value)}</b>
            {ci === undefined ? "" : ` (${ci})`}
            {figure.count > 0 ? `, ${plural(figure.count, "image")}` : ""}
          </p>
          {figure.count > 0 && <p className="tip-muted">{figure.of}</p>}
          <p>
            {stateWords(cell)}
            {rejectedWords(cell)}
            {cell.judge?.mean == null ? "" : ` · judge ${decimal(cell.judge.mean)}`}
          </p>
        </>
      )}
      {share !== undefined && (
        <p className={muted(view === "decomposition")}>
          share of the direction {decimal(share.share)}
          {shareCi === undefined ? "" : ` (${shareCi})`}, {share.state}
          {share.together === null ? "" : ` together with ${share.together.join(" and ")}`}
          {explained === undefined ? "" : `; all concepts explain ${Math.round(100 * explained)} %`}
        </p>
      )}
      {coefficient !== null && (
        <p className={muted(view === "partial")}>coefficient of the regression {decimal(coefficient)}</p>
      )}
      {similarity !== null && (
        <p className={muted(view === "saliency-similarity")}>similarity of saliency maps {decimal(similarity)}</p>
      )}
      <p className={muted(view === "prediction-correlation" || view === "label-correlation")}>
        correlation of predictions {decimal(predictionCorrelation[row]?.[column])}, of labels{" "}
        {decimal(labelCorrelation[row]?.[column])}
      </p>
    </>
  );
}
