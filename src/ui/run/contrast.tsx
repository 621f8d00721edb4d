import { useCallback, useMemo } from "react";
import type { Matrix } from "../../results/matrix-schema.ts";
import { Arrow } from "../parts/name.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import { NumbersTable } from "../parts/numbers-table.tsx";
import { PlotFigure } from "../parts/plot-figure.tsx";
import { matrixAddress, runAddress, withWords } from "./address.ts";
import { CellLink } from "./cell-link.tsx";
import { contrastPlot, figureWords, type Pair } from "./contrast-plot.ts";
import { figureOf, type Table } from "./figures.ts";
import { useRun } from "./use-run.ts";

/** From here on a correlation is worth a mention, below `low` it is not. */
const high = 0.3;
const low = 0.15;
const listed = 6;

/** Correlation against use: what goes together in the data and is not looked at, and what is looked at though it does not go together. */
export function Contrast() {
  const { table, address, open } = useRun();
  const { cells, labelCorrelation, predictionCorrelation } = table.matrix;
  // Labels say what the data hold together; predictions already mix that with what the classifiers use.
  const byLabel = labelCorrelation.some((row) => row.some((value) => value !== null));
  const kind = byLabel ? "labels" : "predictions";
  const pairs = useMemo(
    () => pairsOf(table, cells, byLabel ? labelCorrelation : predictionCorrelation),
    [table, cells, byLabel, labelCorrelation, predictionCorrelation],
  );
  const unused = pairs
    .filter(({ cell, correlation }) => cell.state === "clear" && Math.abs(correlation) >= high)
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  const used = pairs
    .filter(({ cell, correlation }) => cell.state === "found" && !cell.rejected && Math.abs(correlation) <= low)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const figure = figureWords(pairs);
  const here = matrixAddress(address);
  const { minEffect } = table.matrix;
  const draw = useCallback(
    (width: number) => contrastPlot(pairs, { width, minEffect, kind, hrefOf: (cell) => withWords(here, cell) }),
    [pairs, minEffect, kind, here],
  );
  if (pairs.length === 0) return null;
  return (
    <section id="contrast" aria-labelledby="contrast-title">
      <h2 id="contrast-title" tabIndex={-1}>
        Correlation is not use
      </h2>
      <p className="lead">
        Two features can go together in the images though a classifier uses only one of them, and it can use both though
        they do not go together. Every judged cell: the correlation of its two {kind} across, its {figure} upwards.
      </p>
      <div className="contrast">
        <PairList
          title="Correlated, but clear"
          empty={`No clear cell has ${kind} that correlate by ${decimal(high, 1)} or more.`}
          {...{ pairs: unused, kind }}
        />
        <figure>
          <PlotFigure
            draw={draw}
            follow={(hash) => {
              const { base = "", downstream = "" } = runAddress.read(hash);
              open(base, downstream);
            }}
            label={`${capital(figure)} against correlation of ${kind}, ${plural(pairs.length, "cell")}: ${used.length} found though not correlated, ${unused.length} correlated but clear`}
          />
          <figcaption className="note">
            Filled: found. Grey: clear. Hollow: unresolved. Band: effects below {decimal(table.matrix.minEffect)}.
          </figcaption>
          <NumbersTable
            caption={`${capital(figure)} and correlation of ${kind}`}
            columns={["base", "downstream", "state", "correlation", figure]}
            words={3}
            rows={pairs.map(({ cell, correlation, value }) => [
              cell.base,
              cell.downstream,
              cell.state ?? "",
              decimal(correlation),
              decimal(value),
            ])}
          />
        </figure>
        <PairList
          title="Found, though not correlated"
          empty={`No found cell has ${kind} that correlate by less than ${decimal(low)}.`}
          {...{ pairs: used, kind }}
        />
      </div>
    </section>
  );
}

/** The judged cells whose correlation and figure are known. */
function pairsOf(table: Table, cells: Matrix["cells"], correlations: Matrix["labelCorrelation"]): Pair[] {
  return cells.flatMap((cell): Pair[] => {
    const correlation = correlations[table.rowOf(cell.base)]?.[table.columnOf(cell.downstream)] ?? null;
    const { value } = cell.effect ?? figureOf(cell, "decisive");
    if (cell.state === null || cell.sameConcept || correlation === null || value === null) return [];
    return [{ cell, correlation, value, what: cell.effect === null ? "relative change" : "effect" }];
  });
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function PairList(props: {
  readonly title: string;
  readonly empty: string;
  readonly pairs: readonly Pair[];
  readonly kind: string;
}) {
  const { title, empty, pairs, kind } = props;
  return (
    <div className="pairs">
      <h3>{title}</h3>
      {pairs.length === 0 ? (
        <p className="note">{empty}</p>
      ) : (
        <ul>
          {pairs.slice(0, listed).map(({ cell, correlation, value, what }) => (
            <li key={JSON.stringify([cell.base, cell.downstream])}>
              <CellLink to={cell}>
                {cell.base} <Arrow /> {cell.downstream}
              </CellLink>
              <span>
                {kind} correlate by <b>{decimal(correlation)}</b>, {what} <b>{decimal(value)}</b>
              </span>
            </li>
          ))}
        </ul>
      )}
      {pairs.length > listed && <p className="note">and {pairs.length - listed} more</p>}
    </div>
  );
}
