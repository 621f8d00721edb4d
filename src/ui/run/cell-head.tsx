import type { ReportData } from "../../report/data.ts";
import type { Cell, Finding } from "../../results/matrix-schema.ts";
import { stateWords } from "../../words/cell.ts";
import { Interval } from "../parts/interval.tsx";
import { MatrixLink } from "../parts/matrix-link.tsx";
import { Arrow } from "../parts/name.tsx";
import { decimal, percent, plural, range } from "../parts/numbers.ts";
import { figureOf } from "./figures.ts";
import { FindingViews } from "./finding-views.tsx";
import { useRun } from "./use-run.ts";

/** What a cell says. */
export function CellHead({ cell }: { readonly cell: Cell }) {
  const { report } = useRun();
  const { base, downstream } = cell;
  const finding = findingOf(report, cell);
  return (
    <>
      <h2 id="cell-title" tabIndex={-1} className="cell-title">
        {base} <Arrow /> {downstream}
      </h2>
      <p className="lead">
        {finding === undefined ? sentenceOf(cell, report) : finding.sentence} <MatrixLink />
      </p>
      {finding !== undefined && finding.qualifiers.length > 0 && (
        <ul className="qualifiers">
          {finding.qualifiers.map((qualifier) => (
            <li key={qualifier}>{qualifier}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What other views say of a cell, and its two figures side by side. */
export function CellVerdict({ cell }: { readonly cell: Cell }) {
  const { report } = useRun();
  const { base, downstream } = cell;
  const finding = findingOf(report, cell);
  return (
    <>
      {finding !== undefined && <FindingViews views={finding.views} />}
      {base !== downstream && <Both cell={cell} minEffect={report.matrix.minEffect} />}
    </>
  );
}

function findingOf({ findings }: ReportData, { base, downstream }: Cell): Finding | undefined {
  return findings.find((each) => each.base === base && each.downstream === downstream);
}

/** Effect and relative change: what the feature does to the classifier, and what moves with it. */
function Both({ cell, minEffect }: { readonly cell: Cell; readonly minEffect: number }) {
  const { base, downstream, effect } = cell;
  const change = figureOf(cell, "decisive");
  const figures = [
    ...(effect === null
      ? []
      : [
          {
            name: "Effect",
            ...{ value: effect.value, ci: effect.ci, of: plural(effect.count, "edited image") },
            what: `what ${base} loses when ${effect.feature} alone goes`,
          },
        ]),
    {
      name: "Relative change",
      ...{ value: change.value, ci: change.ci, of: plural(change.count, "image") },
      what: `what ${downstream} falls by while ${base} falls by 1`,
    },
  ];
  return (
    <div className="both">
      {figures.map(({ name, value, ci, of, what }) => (
        <div key={name} className="finding-figure">
          <p className="both-name">{name}</p>
          <strong>{decimal(value)}</strong>
          {value !== null && <Interval value={value} ci={ci} minEffect={minEffect} what={name.toLowerCase()} />}
          <small>
            {range(ci) ?? "no interval"}, {of}
          </small>
          <small>{what}</small>
        </div>
      ))}
    </div>
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
