import { useMemo, useState } from "react";
import type { Cell } from "../../audit/schema.ts";
import type { ReportData } from "../../report/data.ts";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { Frame } from "../parts/frame.tsx";
import { Arrow } from "../parts/name.tsx";
import { decimal, percent, plural, range } from "../parts/numbers.ts";
import { Fact } from "../parts/options-list.tsx";
import { SectionLink } from "../shell/section-link.tsx";
import { type Address, cellAddress } from "./address.ts";
import { Beside } from "./beside.tsx";
import { type CellPicture, picturesOf, typicalOf } from "./cell-pictures.ts";
import { Distribution } from "./distribution.tsx";
import { EffectSection } from "./effect-section.tsx";
import { figureOf, type Table } from "./figures.ts";
import { FindingViews } from "./finding-views.tsx";
import { Gallery } from "./gallery.tsx";
import { type GalleryFilter, galleryItems } from "./gallery-items.ts";
import { MarkBox } from "./mark-box.tsx";
import { pointsOf } from "./points.ts";
import { SmallViewer } from "./small-viewer.tsx";
import { Subgroups } from "./subgroups.tsx";
import type { Marks } from "./use-marks.ts";
import { Viewer } from "./viewer.tsx";
import { presenceWords, stateWords } from "./words.ts";

interface Props {
  readonly report: ReportData;
  readonly table: Table;
  readonly cell: Cell | undefined;
  readonly address: Address;
  readonly marks: Marks;
  readonly go: (next: Address, replace?: boolean) => void;
}

/** The images behind one cell. */
export function CellSection({ report, table, cell, address, marks, go }: Props) {
  // What was filtered and picked stays from cell to cell.
  const [filter, setFilter] = useState<GalleryFilter>({});
  const [picks, setPicks] = useState<Picks>({});
  const [label, setLabel] = useState<string>();
  return (
    <section id="cell" aria-labelledby="cell-title">
      {cell === undefined ? (
        <>
          <h2 id="cell-title" tabIndex={-1}>
            The images of a cell
          </h2>
          <p className="lead empty">
            {address.base === undefined
              ? "Choose a cell of the matrix or a finding: its counterfactuals appear here."
              : `This run has no cell ${address.base} by ${address.downstream ?? "nothing"}.`}
          </p>
        </>
      ) : (
        <OpenCell
          {...{ report, table, cell, address, marks, go, filter, setFilter, picks, setPicks, label, setLabel }}
        />
      )}
    </section>
  );
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
  const { report, table, cell, address, marks, go, filter, setFilter, picks, setPicks, label, setLabel } = props;
  const { base, downstream } = cell;
  const pictures = useMemo(() => picturesOf(report, cell), [report, cell]);
  const points = useMemo(() => pointsOf(report, base, downstream), [report, base, downstream]);
  const finding = report.findings.find((each) => each.base === base && each.downstream === downstream);
  const items = useMemo(() => galleryItems(report, cell, points), [report, cell, points]);
  const kept = pictures.find(({ name }) => name === address.image);
  const small = kept === undefined ? items.find(({ name, after }) => name === address.image && after) : undefined;
  const chosen = kept ?? (small === undefined ? typicalOf(pictures, cell) : undefined);
  const show = (image: string): void => {
    go({ ...address, image }, true);
    document.querySelector(".viewer")?.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      <h2 id="cell-title" tabIndex={-1} className="cell-title">
        {base} <Arrow /> {downstream}
      </h2>
      <p className="lead">
        {finding === undefined ? sentenceOf(cell, report) : finding.sentence}{" "}
        <SectionLink id="matrix" className="back">
          Back to the matrix
        </SectionLink>
      </p>
      {finding !== undefined && finding.qualifiers.length > 0 && (
        <ul className="qualifiers">
          {finding.qualifiers.map((qualifier) => (
            <li key={qualifier}>{qualifier}</li>
          ))}
        </ul>
      )}
      {finding !== undefined && <FindingViews views={finding.views} />}
      <EffectSection report={report} cell={cell} />
      <h3>When the classifier is lowered</h3>
      <Figures cell={cell} table={table} />
      <MarkBox key={`mark ${base} ${downstream}`} cell={cell} marks={marks} />
      {pictures.length > 0 && <Chooser pictures={pictures} chosen={chosen} cell={cell} address={address} go={go} />}
      {small !== undefined ? (
        <SmallViewer key={small.name} cell={cell} item={small} />
      ) : chosen === undefined ? (
        <p className="note">
          No counterfactual of {base} was kept with its picture
          {report.omitted.pictures > 0 ? ", or it did not fit into this file" : ""}.
        </p>
      ) : (
        <>
          {address.image !== undefined && chosen.name !== address.image && (
            <p className="note warning" role="status">
              No counterfactual of {base} on <b>{address.image}</b> is in this file with its picture; {chosen.name} is
              shown in its place.
            </p>
          )}
          <Viewer key={`${base}/${chosen.picture.image}`} report={report} cell={cell} shown={chosen} points={points} />
        </>
      )}
      {(small ?? chosen) !== undefined && (
        <Beside
          report={report}
          cell={cell}
          image={small?.point.image ?? chosen?.picture.image ?? -1}
          beside={address.beside}
          choose={(other) => {
            const { beside: _, ...rest } = address;
            go(other === undefined ? rest : { ...rest, beside: other }, true);
          }}
        />
      )}
      <Distribution report={report} cell={cell} items={items} pictures={pictures} address={address} />
      <Subgroups {...{ report, cell, label, setLabel }} />
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

/** What a cell without a finding says. */
function sentenceOf(cell: Cell, report: ReportData): string {
  const { base, downstream } = cell;
  if (base === downstream) return "The classifier itself: its relative change is 1 by definition.";
  if (cell.count === 0 && cell.effect === null)
    return `No counterfactual of ${base} moved its prediction far enough to say anything.`;
  if (cell.sameConcept) return `Both name the same concept, so ${downstream} should fall along with ${base}.`;
  if (cell.state === "clear" && cell.effect !== null) {
    const { feature, followed } = cell.effect;
    return `Taking ${feature} out or putting it in hardly moves ${base}: the effect lies within ±${decimal(report.matrix.minEffect)}, and at most ${percent(followed.most, 1)} of the images could use it.`;
  }
  if (cell.state === "clear") {
    return `Lowering ${base} hardly moves ${downstream}: the mean relative change lies within ±${decimal(report.matrix.minEffect)} on images with the feature and on images without it, and hardly any image moves by itself.`;
  }
  if (cell.state === "unresolved") return `These images cannot tell: ${stateWords(cell).replace(/^unresolved: /, "")}.`;
  return "This cell is not judged: both are classes of one softmax, and so they always move together.";
}

/** All figures of a cell. */
function Figures({ cell, table }: { readonly cell: Cell; readonly table: Table }) {
  const { base, downstream, present, absent, judge } = cell;
  const { predictionCorrelation, labelCorrelation, minEffect } = table.matrix;
  const at = [table.rowOf(base), table.columnOf(downstream)] as const;
  const share = table.share(...at);
  const shareCi = range(share?.ci);
  const coefficient = table.coefficient(...at);
  const similarity = table.similarity("cosine", ...at);
  const row = (
    key: string,
    name: string,
    { mean: value, ci, count }: Pick<Cell, "mean" | "ci" | "count">,
  ): FiguresRow => {
    const figures = [{ text: decimal(value), strong: true }];
    return { key, name, figures, value, ci, count, decided: key === cell.stratum };
  };
  const { ratioOfMeans: ratio } = cell;
  const lines = [
    row("present", `with ${downstream}`, present),
    row("absent", `without ${downstream}`, absent),
    row("all", "all images that moved", cell),
    row("ratio", "ratio of means, all counterfactuals", { ...ratio, mean: ratio.value }),
    ...(judge === null ? [] : [row("judge", `judge ${judge.name}`, judge)]),
  ];
  return (
    <div className="figures">
      <FiguresTable
        caption={`Relative change of ${downstream} for ${base}`}
        head="Relative change"
        columns={["mean"]}
        rows={lines}
        intervals={{ minEffect }}
      />
      <dl className="facts">
        <Fact name={cell.effect === null ? "State" : "State without the effect"}>
          {stateWords({ ...cell, ...cell.alignment })}
          {cell.stratum === null ? "" : `, on images ${cell.stratum === "present" ? "with" : "without"} the feature`}
        </Fact>
        <Fact name="q, false discovery rate">{small(cell.qValue)}</Fact>
        {cell.state !== null && present.rareUse !== null && absent.rareUse !== null && (
          <Fact name="Largest share of images that could answer by themselves">
            {decimal(present.rareUse.atMost)} with the feature, {decimal(absent.rareUse.atMost)} without it
          </Fact>
        )}
        <Fact name={`Median, ${figureOf(cell, "decisive").of}`}>{decimal(cell.deciding.median)}</Fact>
        {cell.z !== null && (
          <Fact name="z over the noise floor">
            {decimal(cell.z, 1)}
            {cell.doubts.withinNoise ? ", within it" : ""}
          </Fact>
        )}
        {share !== undefined && (
          <Fact name="Share of the direction">
            {decimal(share.share)}
            {shareCi === undefined ? "" : ` (${shareCi})`}, {share.state}
          </Fact>
        )}
        {coefficient !== null && <Fact name="Regression on predictions">{decimal(coefficient)}</Fact>}
        {similarity !== null && <Fact name="Cosine of saliency maps">{decimal(similarity)}</Fact>}
        <Fact name="Correlation of predictions">{decimal(predictionCorrelation[at[0]]?.[at[1]])}</Fact>
        <Fact name="Correlation of labels">{decimal(labelCorrelation[at[0]]?.[at[1]])}</Fact>
      </dl>
    </div>
  );
}

function small(value: number | null): string {
  return value !== null && value < 0.001 ? "< 0.001" : decimal(value, 3);
}

interface ChooserProps {
  readonly pictures: readonly CellPicture[];
  readonly chosen: CellPicture | undefined;
  readonly cell: Cell;
  readonly address: Address;
  readonly go: (next: Address, replace?: boolean) => void;
}

/** The kept counterfactuals of the base, those that tell most about the downstream classifier first. */
function Chooser({ pictures, chosen, cell, address, go }: ChooserProps) {
  const present = pictures.filter((each) => each.present).length;
  return (
    <nav className="chooser" aria-label="Counterfactuals with pictures">
      <p className="note">
        {plural(pictures.length, "counterfactual")} of {cell.base} with pictures and relative changes; in bold the{" "}
        {present} on images that have {cell.downstream}.
      </p>
      <ol>
        {pictures.map((each) => (
          <li key={each.name}>
            <a
              href={cellAddress(address, { base: cell.base, downstream: cell.downstream, image: each.name })}
              aria-current={each === chosen ? "true" : undefined}
              aria-label={`${each.name}: relative change ${decimal(each.relativeChange)}, ${presenceWords(each.present)} ${cell.downstream}`}
              title={each.name}
              onClick={(event) => {
                event.preventDefault();
                go({ ...address, image: each.name }, true);
              }}
            >
              <span className="pair">
                <Frame picture={each.picture} frame={1} label="" />
                <Frame picture={each.picture} frame={each.picture.shares.length} label="" />
              </span>
              <span className={each.present ? "with" : "without"}>{decimal(each.relativeChange)}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
