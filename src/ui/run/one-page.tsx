import type { ReportData } from "../../report/data.ts";
import { Named } from "../parts/named.tsx";
import { decimal, range } from "../parts/numbers.ts";
import { runAddress } from "./address.ts";
import { figureOf, tableOf } from "./figures.ts";
import { OpeningCards } from "./opening-cards.tsx";
import { useMarks } from "./use-marks.ts";
import { RunContext, useRun } from "./use-run.ts";

/** The verdict of a run on one sheet of paper, with nothing to press. */
export function OnePage({ report }: { readonly report: ReportData }) {
  const { opening, summary, title, provenance, generator, models } = report;
  const marks = useMarks(report);
  // Nothing on it leads anywhere.
  const run = { report, table: tableOf(report), marks, address: runAddress.read(""), go() {}, open() {} };
  const short = (hash: string): string => hash.slice(0, 12);
  return (
    <RunContext value={run}>
      <main className="one-page">
        <header className="masthead" data-names="">
          <p className="kicker">
            Counterfactual alignment <span>{title}</span>
          </p>
          <h1>
            <Named
              sentence={opening.headline}
              names={opening.cards.flatMap(({ base, downstream }) => [base, downstream])}
            />
          </h1>
          <p className="deck">{opening.cards.length > 0 ? `${summary.headline}.` : summary.states}</p>
          <OpeningCards linked={false} />
        </header>
        <Classifiers />
        <Unaccounted />
        <h2>How this was measured</h2>
        <p className="method">
          {summary.method} {summary.states}
        </p>
        <p className="note">
          {generator}; {provenance.finishedAt ?? provenance.startedAt}; {provenance.files} files of {provenance.folder}{" "}
          ({short(provenance.listHash)}); {models.map(({ name, hash }) => `${name} ${short(hash)}`).join(", ")}
        </p>
      </main>
    </RunContext>
  );
}

/** Every base: those that use something each in a line, the others in a sentence. */
function Classifiers() {
  const { report, table } = useRun();
  const { matrix, reading } = report;
  const rows = matrix.bases.map((base, row) => ({ base, row, known: reading.rows[row] }));
  const using = rows.filter(({ known }) => (known?.used.length ?? 0) > 0);
  const others = rows.filter((row) => !using.includes(row));
  const usedWords = (row: number, column: number): string => {
    const cell = table.cell(row, column);
    if (cell === undefined) return "";
    const { value, ci } = cell.effect ?? figureOf(cell, "decisive");
    return `${cell.downstream} ${decimal(value)} (${range(ci) ?? "no interval"})`;
  };
  return (
    <>
      <h2>Every classifier</h2>
      {using.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">classifier</th>
              <th scope="col">uses, with interval</th>
              <th scope="col" className="right">
                clear of
              </th>
              <th scope="col" className="right">
                not told
              </th>
            </tr>
          </thead>
          <tbody>
            {using.map(({ base, row, known }) => (
              <tr key={base}>
                <th scope="row">{base}</th>
                <td>{known?.used.map((column) => usedWords(row, column)).join(", ")}</td>
                <td className="right">{known?.clear.length}</td>
                <td className="right">{known?.untold.length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {others.length > 0 && (
        <p className="note">
          Of the others nothing was found, in brackets what could not be told:{" "}
          {others.map(({ base, known }) => `${base} (${known?.untold.length ?? 0})`).join(", ")}.
        </p>
      )}
    </>
  );
}

/** Classifiers that are lowered by what no feature names, which is no all-clear of them, and names that nobody has checked. */
function Unaccounted() {
  const { accountedFor, unchecked = [] } = useRun().report.matrix;
  const lowered = (accountedFor ?? []).filter(({ enough }) => !enough);
  const words = lowered.map(({ base, value }) => `${base} (they explain ${(100 * value).toFixed(0)} % of its fall)`);
  return (
    <>
      {lowered.length > 0 && (
        <p className="note">Something that none of these features names lowers {words.join(", ")}: no all-clear.</p>
      )}
      {unchecked.length > 0 && <p className="note">Named by CLIP, not checked: {unchecked.join(", ")}.</p>}
    </>
  );
}
