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
import { Gallery } from "./gallery.tsx";
import { type GalleryFilter, galleryItems } from "./gallery-items.ts";
import { Lowered } from "./lowered.tsx";
import { MarkBox } from "./mark-box.tsx";
import { pointsOf } from "./points.ts";
import { Subgroups } from "./subgroups.tsx";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell | undefined;
  /** The way back to the dot, tile or cell that led here. */
  readonly back: (() => void) | undefined;
}

/** The images behind one cell. */
export function CellSection({ cell, back }: Props) {
  const { report, address } = useRun();
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
        <OpenCell {...{ cell, back, filter, setFilter, picks, setPicks, label, setLabel }} />
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
  const { cell, back, filter, setFilter, picks, setPicks, label, setLabel } = props;
  const { report, table, address, go } = useRun();
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
      <CellHead cell={cell} />
      <EffectSection cell={cell} />
      <CellVerdict cell={cell} />
      <Lowered {...{ cell, back, pictures, points, small, chosen }} />
      <details className="fold">
        <summary>The figures of this cell</summary>
        <EffectFigures cell={cell} />
        <h3>When the classifier is lowered</h3>
        <CellFigures cell={cell} />
      </details>
      <MarkBox key={`mark ${base} ${downstream}`} cell={cell} />
      <Distribution {...{ cell, items, pictures, show }} />
      <Subgroups
        {...{ cell, label, setLabel }}
        showImages={(only) => {
          setFilter(only);
          document.querySelector("#cell .gallery")?.scrollIntoView();
        }}
      />
      <Gallery
        key={`${base} ${downstream}`}
        {...{ cell, items, filter, setFilter }}
        against={table.against(table.rowOf(base), table.columnOf(downstream))}
        current={small?.name ?? chosen?.name}
        picked={picks[base] ?? nothingPicked}
        setPicked={(picked) => setPicks({ ...picks, [base]: picked })}
        open={show}
      />
    </>
  );
}
