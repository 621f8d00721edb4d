import { useCallback, useMemo } from "react";
import type { Diff } from "../../audit/compare/diff.ts";
import { outcomeWords } from "../../words/diff.ts";
import { type CellLook, lookOf } from "../parts/cell-look.ts";
import { Heatmap } from "../parts/heatmap.tsx";
import { Scale, Swatch } from "../parts/legend.tsx";
import { MatrixFrame } from "../parts/matrix-frame.tsx";
import { Arrow } from "../parts/name.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import type { DiffAddress } from "./address.ts";
import { nameOf, type ShownCell } from "./diff-figures.ts";

interface Props {
  readonly diff: Diff;
  readonly cells: readonly ShownCell[];
  readonly address: DiffAddress;
  readonly open: (base: string, downstream: string) => void;
}

/** Difference of relative change of every cell, with what is known of it. */
export function DiffMatrix({ diff, cells, address, open }: Props) {
  const table = useMemo(() => tableOf(diff, cells), [diff, cells]);
  const { bases, columns, cellOf } = table;
  const rowAxis = useMemo(() => ({ names: bases.map(nameOf), label: "base" }), [bases]);
  const columnAxis = useMemo(() => ({ names: columns.map(nameOf), label: "downstream" }), [columns]);
  const look = useCallback(
    (row: number, column: number) =>
      cellLook(`${rowAxis.names[row]}, ${columnAxis.names[column]}`, cellOf(row, column)),
    [rowAxis, columnAxis, cellOf],
  );
  const row = bases.findIndex(({ after }) => after === address.base);
  const column = columns.findIndex(({ after }) => after === address.downstream);
  return (
    <MatrixFrame
      title="The matrix of differences"
      lead="Relative change after − before, over the images used under both. Where the relative change was positive, lowering the base lowers the feature less now in blue cells, and more in red ones."
      toolbar={
        <ul className="legend" aria-label="Legend">
          <Scale />
          <Swatch className="removed neg" strength={0.6} name="removed" />
          <Swatch className="found pos" strength={0.6} name="introduced" />
          <Swatch className="shifted neg" strength={0.35} name="weaker or stronger" />
          <Swatch className="unresolved pos" strength={0.2} name="unresolved" />
          <Swatch className="clear pos" strength={0.03} name="unchanged" />
          <Swatch className="own pos" strength={0.1} name="not judged" />
          <Swatch className="none" name="no data" />
        </ul>
      }
      note={`${Math.round(diff.confidence * 100)} % intervals by bootstrap-t over pairs of images (${diff.resamples} resamples) or, over 500 pairs and more, in closed form where they are not too skewed.`}
      opens="a cell"
    >
      <Heatmap
        label="Difference of relative change, base by downstream"
        rows={rowAxis}
        columns={columnAxis}
        look={look}
        tip={(row, column) => <Tip cell={cellOf(row, column)} />}
        selected={row < 0 || column < 0 ? undefined : { row, column }}
        open={(row, column) => {
          const [base, downstream] = [bases[row], columns[column]];
          if (base !== undefined && downstream !== undefined) open(base.after, downstream.after);
        }}
      />
    </MatrixFrame>
  );
}

/** The cells by row and column. */
function tableOf(diff: Diff, shown: readonly ShownCell[]) {
  const bases = diff.rows.map(({ base }) => base);
  const names = new Map(shown.map(({ downstream }) => [downstream.after, downstream]));
  // Cells are sorted by what happened to them: columns stand in the order of the rows, the others after them by name.
  const places = new Map(bases.map(({ after }, index) => [after, index]));
  const placeOf = ({ after }: ShownCell["base"]): number => places.get(after) ?? places.size;
  const columns = [...names.values()].sort((a, b) => placeOf(a) - placeOf(b) || (a.after < b.after ? -1 : 1));
  const key = (base: string, downstream: string): string => JSON.stringify([base, downstream]);
  const cells = new Map(shown.map((cell) => [key(cell.base.after, cell.downstream.after), cell]));
  const cellOf = (row: number, column: number): ShownCell | undefined =>
    cells.get(key(bases[row]?.after ?? "", columns[column]?.after ?? ""));
  return { bases, columns, cellOf };
}

function classOf(cell: ShownCell): string {
  const { outcome, changed } = cell;
  if (outcome === null) return "own";
  if (outcome === "removed") return "removed";
  if (outcome === "introduced") return "found";
  if (outcome === "unchanged") return "clear";
  return changed ? "shifted" : "unresolved";
}

function cellLook(pair: string, cell: ShownCell | undefined): CellLook {
  const difference = cell === undefined ? null : cell[cell.leading].difference;
  if (cell === undefined) return lookOf(pair, null, { classes: [], words: "" });
  const words = `difference ${decimal(difference)}, ${outcomeWords(cell)}`;
  return lookOf(pair, difference, { classes: [classOf(cell)], words });
}

function Tip({ cell }: { readonly cell: ShownCell | undefined }) {
  if (cell === undefined) return null;
  const { before, after, difference, ci, count } = cell[cell.leading];
  const interval = range(ci);
  return (
    <>
      <p className="tip-names">
        {nameOf(cell.base)} <Arrow /> {nameOf(cell.downstream)}
      </p>
      <p>
        {decimal(before)} before, {decimal(after)} after, difference <b>{decimal(difference)}</b>
        {interval === undefined ? "" : ` (${interval})`}
      </p>
      <p className="tip-muted">
        {plural(count, "image")} used under both, {cell.leading === "present" ? "with" : "without"} the feature
      </p>
      <p>{outcomeWords(cell)}</p>
    </>
  );
}
