import type { ReportData } from "../../report/data.ts";
import { dropWords, stopWords } from "../../words/search.ts";
import { decimal, percent, plural } from "../parts/numbers.ts";
import { PlainTable, right } from "../parts/plain-table.tsx";
import { CellLink } from "./cell-link.tsx";
import { Survival } from "./survival.tsx";
import { useRun } from "./use-run.ts";

/** Who was selected, how far they got, and why the searches ended. */
export function Selection() {
  const { rows, minBaseChange } = useRun().report.matrix;
  const known = [...Object.keys(stopWords), ...rows.flatMap((row) => Object.keys(row.stopReasons))];
  const reasons = [...new Set(known)].filter((reason) => rows.some((row) => (row.stopReasons[reason] ?? 0) > 0));
  return (
    <section id="selection" aria-labelledby="selection-title">
      <h2 id="selection-title" tabIndex={-1}>
        Who was moved, and who was not
      </h2>
      <p className="lead">
        Relative change is only about the images that could be moved. Per base: images selected, those whose prediction
        can fall far enough, those that reached the drop, and those whose prediction fell by more than{" "}
        {decimal(minBaseChange)} and are used. Where most images of a base reached the drop, those that the limit of the
        search stopped before it are counted apart and in no mean.
      </p>
      <ul className="legend" aria-label="Stop reasons">
        {reasons.map((reason) => (
          <li key={reason}>
            <i className="swatch" data-reason={reason} /> {stopWords[reason] ?? reason}
          </li>
        ))}
      </ul>
      <PlainTable
        className="selection"
        columns={[
          "Base",
          ...right(["selected", "eligible", "reached", "used"]),
          ["why the searches ended", "graph"],
          "dropped",
        ]}
      >
        {rows.map((row) => (
          <Searches key={row.base} {...{ row, reasons }} />
        ))}
      </PlainTable>
      <Survival />
      <Dropped />
    </section>
  );
}

interface SearchesProps {
  readonly row: ReportData["matrix"]["rows"][number];
  readonly reasons: readonly string[];
}

/** How far the images of a base got, and why their searches ended. */
function Searches({ row, reasons }: SearchesProps) {
  const total = Object.values(row.stopReasons).reduce((sum, n) => sum + n, 0);
  const ended = reasons.map((reason) => [reason, row.stopReasons[reason] ?? 0] as const);
  const words = ended
    .filter(([, n]) => n > 0)
    .map(([reason, n]) => `${stopWords[reason] ?? reason}: ${n}`)
    .join(", ");
  return (
    <tr>
      <th scope="row">
        <CellLink to={row}>{row.base}</CellLink>
      </th>
      <td className="right">{row.selected}</td>
      <td className="right">{row.eligible}</td>
      <td className="right">{row.reached}</td>
      <td className="right strong" title={percent(row.used, row.selected)}>
        {row.used}
      </td>
      <td className="graph">
        <span className="stack" role="img" aria-label={words} title={words}>
          {ended.map(([reason, n]) =>
            n === 0 ? null : <i key={reason} data-reason={reason} style={{ width: `${(100 * n) / total}%` }} />,
          )}
        </span>
      </td>
      <td className="small">
        {Object.entries(row.dropped)
          .filter(([, n]) => n > 0)
          .map(([reason, n]) => `${dropWords[reason] ?? reason.replaceAll("-", " ")}: ${n}`)
          .join(", ") || "–"}
      </td>
    </tr>
  );
}

/** Files that could not be used. */
function Dropped() {
  const { droppedImages, omitted } = useRun().report;
  return (
    <>
      <h3>Dropped images</h3>
      {droppedImages.length === 0 ? (
        <p className="note">Every file in the folder could be used.</p>
      ) : (
        <details>
          <summary>{plural(droppedImages.length + omitted.droppedImages, "file")} could not be used</summary>
          <ul className="dropped">
            {droppedImages.map(({ image, reason }) => (
              <li key={image}>
                <code>{image}</code> {reason.replaceAll("-", " ")}
              </li>
            ))}
          </ul>
          {omitted.droppedImages > 0 && (
            <p className="note">and {omitted.droppedImages} more, in the run’s own tables</p>
          )}
        </details>
      )}
    </>
  );
}
