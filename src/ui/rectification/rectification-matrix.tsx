import { useCallback, useMemo } from "react";
import type { Rectification, RectifiedTarget } from "../../rectify/schema.ts";
import { type CellLook, lookOf } from "../parts/cell-look.ts";
import { Choice } from "../parts/choice.tsx";
import { Heatmap } from "../parts/heatmap.tsx";
import { Scale, Swatch } from "../parts/legend.tsx";
import { MatrixFrame } from "../parts/matrix-frame.tsx";
import { Arrow } from "../parts/name.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import { oneOf } from "../shell/hash.ts";
import { type Moment, moments, type RectificationAddress } from "./address.ts";

interface Props {
  readonly rectification: Rectification;
  readonly address: RectificationAddress;
  readonly go: (next: RectificationAddress, replace?: boolean) => void;
  readonly open: (target: string) => void;
}

type LedgerCell = RectifiedTarget["cells"][number];

const momentNames: Readonly<Record<Moment, string>> = {
  change: "the change",
  before: "before",
  after: "after",
};

/** Every column of every fitted target: relative change before, after, and what changed (the paper's Fig. 6). */
export function RectificationMatrix({ rectification, address, go, open }: Props) {
  const { moment } = address;
  const fitted = useMemo(() => rectification.targets.filter(({ cells }) => cells.length > 0), [rectification]);
  const rows = useMemo(() => ({ names: fitted.map(({ target }) => target), label: "target" }), [fitted]);
  const columns = useMemo(
    () => ({
      names: [...new Set(fitted.flatMap(({ cells }) => cells.map(({ downstream }) => downstream)))],
      label: "downstream",
    }),
    [fitted],
  );
  const cellOf = useCallback(
    (row: number, column: number) => fitted[row]?.cells.find(({ downstream }) => downstream === columns.names[column]),
    [fitted, columns],
  );
  const look = useCallback(
    (row: number, column: number) =>
      cellLook(`${rows.names[row]}, ${columns.names[column]}`, cellOf(row, column), moment),
    [rows, columns, cellOf, moment],
  );
  if (fitted.length === 0) {
    return (
      <section id="matrix" aria-labelledby="matrix-title">
        <h2 id="matrix-title" tabIndex={-1}>
          Before and after
        </h2>
        <p className="lead empty">Nothing was fitted, so there is nothing to compare.</p>
      </section>
    );
  }
  return (
    <MatrixFrame
      title="Before and after"
      lead="One row per target, one column per classifier that looked on: mean relative change on the test images under the original and under the rectified classifier. A repair should move the outlined cells to 0 and leave the others."
      toolbar={
        <>
          <Choice
            label="Relative change:"
            value={moment}
            names={momentNames}
            choose={(word) => go({ ...address, moment: oneOf(moments, word) }, true)}
          />
          <ul className="legend" aria-label="Legend">
            <Scale />
            <Swatch className="found pos" strength={0.4} name="feature to be repaired" />
            <Swatch className="own pos" strength={0.85} name="the target’s own concept" />
            <Swatch className="moved pos" strength={0.3} name="moved (q ≤ 0.05)" />
            <Swatch className="none" name="no data" />
          </ul>
        </>
      }
      note="The change is the mean of after − before over the images used under both."
      opens="a target"
    >
      <Heatmap
        label={`Relative change on test, ${momentNames[moment]}, target by downstream`}
        rows={rows}
        columns={columns}
        look={look}
        tip={(row, column) => (
          <Tip target={rows.names[row] ?? ""} downstream={columns.names[column] ?? ""} cell={cellOf(row, column)} />
        )}
        open={(row) => open(rows.names[row] ?? "")}
      />
    </MatrixFrame>
  );
}

function cellLook(pair: string, cell: LedgerCell | undefined, moment: Moment): CellLook {
  if (cell === undefined) return lookOf(pair, null, { classes: [], words: "" });
  const value = shownValue(cell, moment);
  const role = { against: "found", own: "own", other: "" }[cell.role];
  const words = { against: ", to be repaired", own: ", own concept", other: "" }[cell.role];
  return lookOf(pair, value, {
    classes: [role, cell.moved ? "moved" : ""],
    words: `${momentNames[moment]} ${decimal(value)}${words}${cell.moved ? ", moved" : ""}`,
  });
}

function shownValue(cell: LedgerCell, moment: Moment): number | null {
  return moment === "change" ? (cell.change?.value ?? null) : cell[moment].all.mean;
}

function Tip(props: { readonly target: string; readonly downstream: string; readonly cell: LedgerCell | undefined }) {
  const { target, downstream, cell } = props;
  const ci = range(cell?.change?.ci);
  return (
    <>
      <p className="tip-names">
        {target} <Arrow /> {downstream}
      </p>
      {cell !== undefined && (
        <>
          <p>
            {decimal(cell.before.all.mean)} before, {decimal(cell.after.all.mean)} after
          </p>
          {cell.change !== null && (
            <p>
              change <b>{decimal(cell.change.value)}</b>
              {ci === undefined ? "" : ` (${ci})`}, {plural(cell.change.count, "image")}
            </p>
          )}
          <p className="tip-muted">{cell.moved ? "moved" : "not known to have moved"}</p>
        </>
      )}
    </>
  );
}
