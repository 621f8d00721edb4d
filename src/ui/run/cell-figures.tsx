import type { Cell } from "../../results/matrix-schema.ts";
import { stateWords } from "../../words/cell.ts";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { decimal, range } from "../parts/numbers.ts";
import { Fact } from "../parts/options-list.tsx";
import { figureOf } from "./figures.ts";
import { useRun } from "./use-run.ts";

/** All figures of a cell when its classifier is lowered. */
export function CellFigures({ cell }: { readonly cell: Cell }) {
  const { table } = useRun();
  const { base, downstream, present, absent, judge } = cell;
  const { predictionCorrelation, labelCorrelation, minEffect } = table.matrix;
  const at = [table.rowOf(base), table.columnOf(downstream)] as const;
  const share = table.share(...at);
  const shareCi = range(share?.ci);
  const coefficient = table.coefficient(...at);
  const similarity = table.similarity("cosine", ...at);
  const row = (
    key: string,
    name: string,
    { mean: value, ci, count }: Pick<Cell, "mean" | "ci" | "count">,
  ): FiguresRow => {
    const figures = [{ text: decimal(value), strong: true }];
    return { key, name, figures, value, ci, count, decided: key === cell.stratum };
  };
  const { ratioOfMeans: ratio } = cell;
  const lines = [
    row("present", `with ${downstream}`, present),
    row("absent", `without ${downstream}`, absent),
    row("all", "all images that moved", cell),
    row("ratio", "ratio of means, all counterfactuals", { ...ratio, mean: ratio.value }),
    ...(judge === null ? [] : [row("judge", `judge ${judge.name}`, judge)]),
  ];
  return (
    <div className="figures">
      <FiguresTable
        caption={`Relative change of ${downstream} for ${base}`}
        head="Relative change"
        columns={["mean"]}
        rows={lines}
        intervals={{ minEffect }}
      />
      <dl className="facts">
        <Fact name={cell.effect === null ? "State" : "State without the effect"}>
          {stateWords({ ...cell, ...cell.alignment })}
          {cell.stratum === null ? "" : `, on images ${cell.stratum === "present" ? "with" : "without"} the feature`}
        </Fact>
        <Fact name="q, false discovery rate">{small(cell.qValue)}</Fact>
        {cell.state !== null && present.rareUse !== null && absent.rareUse !== null && (
          <Fact name="Largest share of images that could answer by themselves">
            {decimal(present.rareUse.atMost)} with the feature, {decimal(absent.rareUse.atMost)} without it
          </Fact>
        )}
        <Fact name={`Median, ${figureOf(cell, "decisive").of}`}>{decimal(cell.deciding.median)}</Fact>
        {share !== undefined && (
          <Fact name="Share of the direction">
            {decimal(share.share)}
            {shareCi === undefined ? "" : ` (${shareCi})`}, {share.state}
          </Fact>
        )}
        {coefficient !== null && <Fact name="Regression on predictions">{decimal(coefficient)}</Fact>}
        {similarity !== null && <Fact name="Cosine of saliency maps">{decimal(similarity)}</Fact>}
        <Fact name="Correlation of predictions">{decimal(predictionCorrelation[at[0]]?.[at[1]])}</Fact>
        <Fact name="Correlation of labels">{decimal(labelCorrelation[at[0]]?.[at[1]])}</Fact>
      </dl>
    </div>
  );
}

function small(value: number | null): string {
  return value !== null && value < 0.001 ? "< 0.001" : decimal(value, 3);
}
