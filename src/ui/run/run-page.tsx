import { useMemo } from "react";
import type { ReportData } from "../../report/data.ts";
import { SectionLink } from "../shell/section-link.tsx";
import { useAddress } from "../shell/use-address.ts";
import { type Reading, runAddress } from "./address.ts";
import { Audit } from "./audit.tsx";
import { CellSection } from "./cell-section.tsx";
import { ClassifierSection } from "./classifier-section.tsx";
import { Contrast } from "./contrast.tsx";
import { tableOf } from "./figures.ts";
import { Findings } from "./findings.tsx";
import { Masthead } from "./masthead.tsx";
import { MatrixSection } from "./matrix-section.tsx";
import { Provenance } from "./provenance.tsx";
import { Selection } from "./selection.tsx";
import { useMarks } from "./use-marks.ts";
import { RunContext } from "./use-run.ts";

/** The page of one run: findings, matrix, the images of a cell, and what they rest on. */
export function RunPage({ report }: { readonly report: ReportData }) {
  const [address, go, back] = useAddress(runAddress);
  const marks = useMarks(report);
  const table = useMemo(() => tableOf(report), [report]);
  const row = address.base === undefined ? -1 : table.rowOf(address.base);
  const column = address.downstream === undefined ? -1 : table.columnOf(address.downstream);
  const cell = table.cell(row, column);
  // Cells are drawn anew only when this changes; for a matrix that the run does not have its first stands in.
  const { statistic, measure } = address;
  const view = table.views.find((each) => each === address.view) ?? table.views[0] ?? "alignment";
  const reading = useMemo((): Reading => ({ view, statistic, measure }), [view, statistic, measure]);

  const open = (base: string, downstream?: string): void => {
    const { image: _, downstream: __, ...rest } = address;
    go({ ...rest, base, ...(downstream === undefined ? {} : { downstream }) });
  };

  return (
    <RunContext value={{ report, table, marks, address, go, open }}>
      <SectionLink id="matrix" className="skip">
        Skip to the matrix
      </SectionLink>
      <Masthead />
      <main id="main">
        <ClassifierSection />
        <Findings />
        <MatrixSection reading={reading} />
        <CellSection cell={cell} back={back} />
        <Contrast />
        <Audit />
        <Selection />
        <Provenance />
      </main>
    </RunContext>
  );
}
