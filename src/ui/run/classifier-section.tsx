import { useMemo } from "react";
import type { Cell } from "../../results/matrix-schema.ts";
import { remedyOf, stateWords } from "../../words/cell.ts";
import { partText } from "../../words/unnamed.ts";
import { Interval } from "../parts/interval.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import { PlainTable } from "../parts/plain-table.tsx";
import { type Address, runAddress } from "./address.ts";
import { CellLink } from "./cell-link.tsx";
import { EditPictures } from "./edit-pictures.tsx";
import { editsOf } from "./edits.ts";
import { figureOf } from "./figures.ts";
import { ModesPart } from "./modes.tsx";
import { UnnamedOf } from "./unnamed.tsx";
import { useRun } from "./use-run.ts";

/** One classifier: what it uses, what it does not, what could not be told, and who uses what it says. */
export function ClassifierSection() {
  const { report, table, address } = useRun();
  const { base = "", downstream } = address;
  const row = table.rowOf(base);
  const known = report.reading.rows[row];
  if (known === undefined || downstream !== undefined) return null;
  const cellsOf = (columns: readonly number[]): Cell[] => columns.flatMap((column) => table.cell(row, column) ?? []);
  const [used, clear, untold] = [known.used, known.clear, known.untold].map(cellsOf) as [Cell[], Cell[], Cell[]];
  const column = table.columnOf(base);
  const users = report.reading.rows.flatMap(({ used }, user) =>
    used.includes(column) ? (table.cell(user, column) ?? []) : [],
  );
  const link = (cell: Cell, words: string) => (
    <CellLink key={words} to={cell}>
      {words}
    </CellLink>
  );
  return (
    <section id="classifier" aria-labelledby="classifier-title">
      <h2 id="classifier-title" tabIndex={-1} className="cell-title">
        {base}
      </h2>
      <p className="lead">
        {knownWords(used.length, clear.length, untold.length)} <MatrixLinks {...{ base, column }} />
      </p>
      <h3>What it uses</h3>
      {used.length === 0 && <p className="note">Nothing but its own feature was found.</p>}
      <ul className="uses">
        {used.map((cell) => (
          <Use key={cell.downstream} cell={cell}>
            {link(cell, cell.downstream)}
          </Use>
        ))}
      </ul>
      <ModesPart base={base} />
      <h3>What it does not use</h3>
      <p className="note names">
        {clear.length === 0 ? "Of no feature it was shown." : clear.map((cell) => link(cell, cell.downstream))}
      </p>
      <Untold untold={untold} />
      <Unaccounted base={base} />
      <h3>Who uses its feature</h3>
      <p className="note names">
        {users.length === 0 ? `No base was found to use ${base}.` : users.map((cell) => link(cell, cell.base))}
      </p>
      <Repair {...{ base, used }} />
    </section>
  );
}

function knownWords(used: number, clear: number, untold: number): string {
  const uses =
    used === 0
      ? "Uses no feature but its own, as far as was found"
      : `Uses ${plural(used, "feature")} that ${used === 1 ? "is" : "are"} not its own`;
  return `${uses}; does not use ${clear}${untold === 0 ? "" : `; of ${untold} these images cannot tell`}.`;
}

/** How much of its fall features explain. */
function Unaccounted({ base }: { readonly base: string }) {
  const { report } = useRun();
  const { accountedFor, confidence } = report.matrix;
  const one = accountedFor?.find((each) => each.base === base);
  return (
    <>
      <h3>What is not accounted for</h3>
      {one?.enough === false ? (
        <div className="unnamed">
          <UnnamedOf base={base} />
        </div>
      ) : (
        <p className="note">
          {one === undefined
            ? "Not measured: that takes ten counterfactuals, and interventions."
            : `Along ${plural(one.count, "counterfactual")} of it the moved features, each by what it does alone, explain ${partText(one, confidence)} of its fall.`}
        </p>
      )}
    </>
  );
}

/** What a rectification beside the run made of it, else how to try one. */
function Repair({ base, used }: { readonly base: string; readonly used: Cell[] }) {
  const { report } = useRun();
  const repair = report.repairs.find(({ target }) => target === base);
  if (repair === undefined && used.length === 0) return null;
  return (
    <>
      <h3>Its repair</h3>
      <p className="note">
        {repair === undefined ? (
          <>
            None is in the run’s folder. One is tried, and judged on other images, by{" "}
            <code>
              cfalign rectify IMAGES --method all --target {base} --against{" "}
              {used.map((cell) => cell.downstream).join(",")} --out RUN
            </code>
            , after which the report of RUN says what came of it.
          </>
        ) : (
          `${repair.advice}${repair.reason === null ? "" : ` Judged so: ${repair.reason}.`}`
        )}
      </p>
    </>
  );
}

/** The way to the row and the column of the matrix. */
function MatrixLinks({ base, column }: { readonly base: string; readonly column: number }) {
  const { address, go } = useRun();
  const { base: _, image: __, rows: ___, columns: ____, ...rest } = address;
  const link = (words: string, next: Address) => (
    <a
      className="back"
      href={runAddress.write(next)}
      onClick={(event) => {
        event.preventDefault();
        go(next);
        document.getElementById("matrix")?.scrollIntoView();
      }}
    >
      {words}
    </a>
  );
  return (
    <>
      {link("Its row of the matrix", { ...rest, rows: base })}
      {column >= 0 && <> {link("Its column", { ...rest, columns: base })}</>}
    </>
  );
}

/** A feature that is used: how far, and what that looks like. */
function Use({ cell, children }: { readonly cell: Cell; readonly children: React.ReactNode }) {
  const { report } = useRun();
  const edit = useMemo(() => editsOf(report, cell).find(({ typical }) => typical), [report, cell]);
  const { value, ci } = cell.effect ?? figureOf(cell, "decisive");
  const what = cell.effect === null ? "relative change" : "effect";
  return (
    <li>
      <div className="finding-figure">
        <p className="both-name">{children}</p>
        <strong>{decimal(value)}</strong>
        {value !== null && <Interval value={value} ci={ci} minEffect={report.matrix.minEffect} what={what} />}
        <small>
          {what}, {range(ci) ?? "no interval"}
        </small>
      </div>
      {edit !== undefined && (
        <div className="edit">
          <EditPictures edit={edit} />
        </div>
      )}
    </li>
  );
}

function Untold({ untold }: { readonly untold: readonly Cell[] }) {
  if (untold.length === 0) return null;
  return (
    <>
      <h3>What could not be told</h3>
      <PlainTable className="untold" columns={["Feature", "why", "what would tell"]}>
        {untold.map((cell) => (
          <tr key={cell.downstream}>
            <th scope="row">
              <CellLink to={cell}>{cell.downstream}</CellLink>
            </th>
            <td className="small">{stateWords(cell).replace(/^unresolved: /, "")}</td>
            <td className="small">{remedyOf(cell)}</td>
          </tr>
        ))}
      </PlainTable>
    </>
  );
}
