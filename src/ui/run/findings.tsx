import { useMemo, useState } from "react";
import type { ReportPicture } from "../../report/data.ts";
import type { Finding } from "../../results/matrix-schema.ts";
import { groupTitles } from "../../words/finding.ts";
import { DifferenceFrame, Frame } from "../parts/frame.tsx";
import { Interval } from "../parts/interval.tsx";
import { Named } from "../parts/named.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import { CellLink } from "./cell-link.tsx";
import { picturesOf, typicalOf } from "./cell-pictures.ts";
import { EditPictures } from "./edit-pictures.tsx";
import { editsOf } from "./edits.ts";
import { FindingViews } from "./finding-views.tsx";
import { MarksBar, MarkWords } from "./mark-box.tsx";
import { Unnamed } from "./unnamed.tsx";
import { useRun } from "./use-run.ts";

const first = 8;

/** Findings as sentences, by group, each with a picture and a way to its cell. */
export function Findings() {
  const { report } = useRun();
  const [all, setAll] = useState(false);
  const { findings, matrix, summary } = report;
  const most = all ? findings.length : first;
  const { rejected, expected, contradicted } = summary.groups;
  const counted = findings.length - rejected - contradicted;
  const apart = [
    ...(contradicted === 0 ? [] : [`${contradicted} where the views disagree`]),
    ...(rejected === 0 ? [] : [`${rejected} that the judge rejects`]),
  ].join(", and ");
  const shown = groupTitles.flatMap((about) => {
    const some = findings.filter(({ group }) => group === about.group);
    return some.length === 0 ? [] : [{ ...about, some, before: findings.indexOf(some[0] as Finding) }];
  });
  return (
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title" tabIndex={-1}>
        Findings
      </h2>
      <p className="lead">
        {counted === 0
          ? apart === ""
            ? `No relative change lies beyond ±${decimal(matrix.minEffect)} with confidence.`
            : `No finding counts; there are ${apart}.`
          : `${plural(counted, "finding")}${expected === 0 ? "" : `, ${expected} of them expected`}${apart === "" ? "" : `, and beside them ${apart}`}.`}{" "}
        {summary.states}
      </p>
      <MarksBar />
      <Unnamed />
      {summary.expectations.length > 0 && (
        <ul className="expectations">
          {summary.expectations.map(({ relation, sentence }) => (
            <li key={relation}>{sentence}</li>
          ))}
        </ul>
      )}
      {shown.map(({ group, title, note, some, before }) => (
        <div key={group} data-group={group} className={most > before ? "" : "later"}>
          <h3>{title}</h3>
          {note !== undefined && <p className="note">{note}</p>}
          <List findings={some} most={most - before} />
        </div>
      ))}
      {findings.length > first && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all
            ? `Show the first ${first} only`
            : `Show all ${findings.length}${rejected === 0 ? "" : ", also what the judge rejects"}`}
        </button>
      )}
    </section>
  );
}

/** Findings, those after `most` on paper only. */
function List({ findings, most }: { readonly findings: readonly Finding[]; readonly most: number }) {
  return (
    <ol className="findings">
      {findings.map((finding, at) => (
        <FindingItem
          later={at >= most}
          key={JSON.stringify([finding.kind, finding.base, finding.downstream, finding.stratum])}
          finding={finding}
        />
      ))}
    </ol>
  );
}

function FindingItem({ finding, later }: { readonly finding: Finding; readonly later: boolean }) {
  const { report, table, marks } = useRun();
  const { base, downstream } = finding;
  const cell = table.cell(table.rowOf(base), table.columnOf(downstream));
  const edits = useMemo(
    () => (cell === undefined || finding.effect === null ? [] : editsOf(report, cell)),
    [report, cell, finding],
  );
  const edit = edits.find(({ typical }) => typical);
  const picture = useMemo(
    () =>
      cell === undefined || finding.effect !== null ? undefined : typicalOf(picturesOf(report, cell), cell)?.picture,
    [report, cell, finding],
  );
  return (
    <li className={later ? "finding later" : "finding"}>
      <div className="finding-pictures" aria-hidden={edit === undefined}>
        {edit !== undefined && <EditPictures edit={edit} />}
        {picture !== undefined && <Triple picture={picture} />}
      </div>
      <div className="finding-words">
        <p className="sentence">
          <Named sentence={finding.sentence} names={[base, downstream]} />
        </p>
        {finding.qualifiers.length > 0 && (
          <ul className="qualifiers">
            {finding.qualifiers.map((qualifier) => (
              <li key={qualifier}>{qualifier}</li>
            ))}
          </ul>
        )}
        <FindingViews views={finding.views} />
        <MarkWords shown={marks.of(base, downstream)} />
        {cell !== undefined && (
          <CellLink to={{ base, downstream }}>
            See the images
            <span className="hidden">
              {" "}
              behind {base} and {downstream}
            </span>
          </CellLink>
        )}
      </div>
      <div className="finding-figure">
        <FindingFigure finding={finding} minEffect={report.matrix.minEffect} />
      </div>
    </li>
  );
}

/** The effect where that is what was found, else the relative change. */
function FindingFigure({ finding, minEffect }: { readonly finding: Finding; readonly minEffect: number }) {
  const { effect, relativeChange, ci, count } = finding;
  const shown = effect ?? (relativeChange === null || ci === null ? null : { value: relativeChange, ci, count });
  if (shown === null) return null;
  return (
    <>
      <strong>{decimal(shown.value)}</strong>
      <Interval value={shown.value} ci={shown.ci} minEffect={minEffect} />
      <small>
        {effect === null ? "relative change" : "effect"}, {decimal(shown.ci[0])} to {decimal(shown.ci[1])}, n ={" "}
        {shown.count}
      </small>
    </>
  );
}

function Triple({ picture }: { readonly picture: ReportPicture }) {
  return (
    <>
      <figure>
        <Frame picture={picture} frame={1} label="" size={192} />
        <figcaption>before</figcaption>
      </figure>
      <figure>
        <Frame picture={picture} frame={picture.shares.length} label="" size={192} />
        <figcaption>after</figcaption>
      </figure>
      <figure>
        <DifferenceFrame picture={picture} frame={picture.shares.length} label="" />
        <figcaption>difference</figcaption>
      </figure>
    </>
  );
}
