import { useMemo, useState } from "react";
import type { AuditLook } from "../../live/questions.ts";
import type { ReportModel } from "../../report/data.ts";
import { stateWords } from "../../words/cell.ts";
import { FiguresTable } from "../parts/figures-table.tsx";
import { decimal, percent } from "../parts/numbers.ts";
import { type Address, runAddress } from "../run/address.ts";
import { AlignmentHeatmap } from "../run/alignment-heatmap.tsx";
import { arranged } from "../run/arrange.ts";
import { figureOf, tableOf } from "../run/figures.ts";
import { MatrixLegend } from "../run/matrix-legend.tsx";

interface Props {
  readonly look: AuditLook;
  readonly models: readonly ReportModel[];
}

/** The matrix of an audit as a report shows it, and the intervals of one row. */
export function AuditMatrix({ look, models }: Props) {
  const [address, setAddress] = useState<Address>(() => runAddress.read(""));
  const table = useMemo(() => tableOf(look), [look]);
  const reading = useMemo(() => ({ view: "alignment", statistic: "decisive", measure: "cosine" }) as const, []);
  const { rowsBy, columnsBy } = address;
  const shown = useMemo(() => {
    const by = { ...(rowsBy === undefined ? {} : { rowsBy }), ...(columnsBy === undefined ? {} : { columnsBy }) };
    return arranged({ ...look, findings: [] }, table, reading, { order: "given", ...by });
  }, [look, table, reading, rowsBy, columnsBy]);
  const { bases, confidence, minEffect, cells } = look.matrix;
  const base = address.base ?? bases[0] ?? "";
  const size = (cell: (typeof cells)[number]): number => Math.abs(figureOf(cell, "decisive").value ?? 0);
  const own = cells
    .filter((cell) => cell.base === base && cell.downstream !== base)
    .sort((a, b) => Number(a.sameConcept) - Number(b.sameConcept) || size(b) - size(a));
  const row = look.rows.find((each) => each.base === base);
  return (
    <>
      <MatrixLegend view="alignment" />
      <AlignmentHeatmap
        {...{ table, models, reading, base, address }}
        downstream={address.downstream}
        arranged={shown}
        go={setAddress}
        open={(base, downstream) => setAddress({ ...address, base, downstream })}
      />
      <h3>
        What moves with <em>{base}</em>
      </h3>
      <p className="note">
        {row === undefined ? "" : restWords(row, own.filter(({ state }) => state !== null).length)} Intervals hold{" "}
        {percent(confidence, 1)} each, wider than usual: whoever watches looks many times, and may stop at any. Choose a
        cell of another row to see its intervals.
      </p>
      <FiguresTable
        caption={`Relative change for ${base}`}
        head="classifier"
        columns={["RC", "state"]}
        intervals={{ minEffect }}
        rows={own.map((cell) => {
          const { value, ci, count } = figureOf(cell, "decisive");
          return {
            key: cell.downstream,
            name: cell.downstream,
            figures: [{ text: decimal(value), strong: cell.state === "found" }, { text: stateWords(cell) }],
            value,
            ci,
            count,
            state: cell.state ?? undefined,
            decided: cell.downstream === address.downstream,
          };
        })}
      />
    </>
  );
}

function restWords({ settled, unresolved, images }: AuditLook["rows"][number], judged: number): string {
  if (images === 0) return "No picture is positive so far.";
  if (unresolved.length === 0) return `All ${judged} are found or clear: more pictures would add nothing.`;
  const open = `${judged - unresolved.length} of ${judged} are found or clear`;
  return settled ? `${open}; more pictures would not settle the others.` : `${open}.`;
}
