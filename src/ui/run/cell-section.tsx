import { useMemo, useState } from "react";
import { suggestion } from "../../base/nearest-names.ts";
import type { ReportData } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import type { Address } from "./address.ts";
import { CellFigures } from "./cell-figures.tsx";
import { CellHead, CellVerdict } from "./cell-head.tsx";
import { picturesOf, typicalOf } from "./cell-pictures.ts";
import { Distribution } from "./distribution.tsx";
import { EffectFigures, EffectSection } from "./effect-section.tsx";
import type { Table } from "./figures.ts";
import { Gallery } from "./gallery.tsx";
import { type GalleryFilter, galleryItems } from "./gallery-items.ts";
import { Lowered } from "./lowered.tsx";
import { MarkBox } from "./mark-box.tsx";
import { pointsOf } from "./points.ts";
import { Subgroups } from "./subgroups.tsx";
import type { Marks } from "./use-marks.ts";

interface Props {
  readonly report: ReportData;
  readonly table: Table;
  readonly cell: Cell | undefined;
  readonly address: Address;
  readonly marks: Marks;
  readonly go: (next: Address, replace?: boolean) => void;
  /** The way back to the dot, tile or cell that led here. */
  readonly back: (() => void) | undefined;
}

/** The images behind one cell. */
export function CellSection({ report, table, cell, address, marks, go, back }: Props) {
  // What was filtered and picked stays from cell to cell.
  const [filter, setFilter] = useState<GalleryFilter>({});
  const [picks, setPicks] = useState<Picks>({});
  const [label, setLabel] = useState<string>();
  const unknown = unknownNames(address, report);
  return (
    <section id="cell" aria-labelledby="cell-title">
      {cell === undefined ? (
        <>
          <h2 id="cell-title" tabIndex={-1}>
            The images of a cell
          </h2>
          <p className="lead empty" role={unknown === "" ? undefined : "status"}>
            {unknown === "" ? "Choose a cell of the matrix or a finding: its counterfactuals appear here." : unknown}
          </p>
        </>
      ) : (
        <OpenCell
          {...{ report, table, cell, address, marks, go, back, filter, setFilter, picks, setPicks, label, setLabel }}
        />
      )}
    </section>
  );
}

/** Which name of an address a run does not have, and which are near it. */
function unknownNames({ base, downstream }: Address, { matrix }: ReportData): string {
  const unknown = (what: string, name: string, known: readonly string[]): string[] =>
    known.includes(name) ? [] : [`This run has no ${what} "${name}"${suggestion(name, known)}`];
  return [
    ...(base === undefined ? [] : unknown("base", base, matrix.bases)),
    ...(downstream === undefined ? [] : unknown("downstream classifier", downstream, matrix.downstream)),
  ].join(" ");
}

/** Names of the picked images by base. */
type Picks = Readonly<Record<string, ReadonlySet<string>>>;

interface OpenProps extends Omit<Props, "cell"> {
  readonly cell: Cell;
  readonly filter: GalleryFilter;
  readonly setFilter: (filter: GalleryFilter) => void;
  readonly picks: Picks;
  readonly setPicks: (picks: Picks) => void;
  readonly label: string | undefined;
  readonly setLabel: (label: string) => void;
}

const nothingPicked: ReadonlySet<string> = new Set();

function OpenCell(props: OpenProps) {
  const { report, table, cell, address, marks, go, back, filter, setFilter, picks, setPicks, label, setLabel } = props;
  const { base, downstream } = cell;
  const pictures = useMemo(() => picturesOf(report, cell), [report, cell]);
  const points = useMemo(() => pointsOf(report, base, downstream), [report, base, downstream]);
  const items = useMemo(() => galleryItems(report, cell, points), [report, cell, points]);
  const kept = pictures.find(({ name }) => name === address.image);
  const small = kept === undefined ? items.find(({ name, after }) => name === address.image && after) : undefined;
  const chosen = kept ?? (small === undefined ? typicalOf(pictures, cell) : undefined);
  const show = (image: string): void => go({ ...address, image });
  return (
    <>
      <CellHead report={report} cell={cell} />
      <EffectSection report={report} cell={cell} />
      <CellVerdict report={report} cell={cell} />
      <Lowered {...{ report, cell, address, go, back, pictures, points, small, chosen }} />
      <details className="fold">
        <summary>The figures of this cell</summary>
        <EffectFigures report={report} cell={cell} />
        <h3>When the classifier is lowered</h3>
        <CellFigures cell={cell} table={table} />
      </details>
      <MarkBox key={`mark ${base} ${downstream}`} cell={cell} marks={marks} />
      <Distribution {...{ report, cell, items, pictures, address, show }} />
      <Subgroups
        {...{ report, cell, label, setLabel }}
        showImages={(only) => {
          setFilter(only);
          document.querySelector("#cell .gallery")?.scrollIntoView();
        }}
      />
      <Gallery
        key={`${base} ${downstream}`}
        {...{ report, cell, items, filter, setFilter }}
        against={table.against(table.rowOf(base), table.columnOf(downstream))}
        current={small?.name ?? chosen?.name}
        picked={picks[base] ?? nothingPicked}
        setPicked={(picked) => setPicks({ ...picks, [base]: picked })}
        open={show}
      />
    </>
  );
}
