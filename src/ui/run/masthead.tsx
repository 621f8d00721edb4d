import type { ReportData } from "../../report/data.ts";
import { Frame } from "../parts/frame.tsx";
import { Arrow } from "../parts/name.tsx";
import { count, decimal } from "../parts/numbers.ts";
import { PageHead } from "../shell/page-head.tsx";
import { picturesOf, typicalOf } from "./cell-pictures.ts";
import { EditPictures } from "./edit-pictures.tsx";
import { editsOf } from "./edits.ts";
import type { Table } from "./figures.ts";

const contents = [
  ["findings", "Findings"],
  ["matrix", "Matrix"],
  ["cell", "Images"],
  ["contrast", "Use and correlation"],
  ["audit", "Reconstruction"],
  ["selection", "Counterfactuals"],
  ["provenance", "Provenance"],
] as const;

/** What was audited and what came out, before anything else. */
export function Masthead({ report, table }: { readonly report: ReportData; readonly table: Table }) {
  const { matrix, counts, models, summary } = report;
  const { lookedAt, chosen, counterfactuals, reached } = summary.counts;
  const judges = models.filter((model) => model.kind === "judge").length;
  const { medianEvaluations, maxEvaluations } = counts;
  return (
    <PageHead
      kicker="Counterfactual alignment"
      title={report.title}
      headline={summary.headline}
      deck={report.findings.find(({ group }) => group !== "rejected")?.sentence ?? summary.states}
      method={
        <>
          {summary.method} The other classifiers were then shown the changed images. <i>Relative change</i> is how far
          the prediction of one of them fell for each unit that the first one fell; below 0, it rose.
        </>
      }
      counts={[
        [count(lookedAt), lookedAt === 1 ? "image looked at" : "images looked at"],
        [count(chosen), "chosen by a base"],
        [count(matrix.bases.length), matrix.bases.length === 1 ? "base" : "bases"],
        [count(matrix.downstream.length), "downstream"],
        ...(judges > 0 ? [[count(judges), judges === 1 ? "judge" : "judges"] as const] : []),
        [count(counterfactuals), "counterfactuals"],
        [count(reached), "reached the drop"],
        ...(medianEvaluations === null
          ? []
          : [
              [
                decimal(medianEvaluations, Number.isInteger(medianEvaluations) ? 0 : 1),
                `decoder evaluations each in the median, at most ${maxEvaluations ?? "–"}`,
              ] as const,
            ]),
      ]}
      contents={contents}
    >
      <Hero report={report} table={table} />
    </PageHead>
  );
}

/** The first finding that has one as a picture: before, after, and what the two classifiers say. */
function Hero({ report, table }: { readonly report: ReportData; readonly table: Table }) {
  const first = report.findings.find(({ group }) => group !== "rejected");
  const edited =
    first?.effect == null ? undefined : table.cell(table.rowOf(first.base), table.columnOf(first.downstream));
  const edit = edited === undefined ? undefined : editsOf(report, edited).find(({ typical }) => typical);
  if (edit !== undefined) {
    return (
      <div className="hero edited">
        <EditPictures edit={edit} />
      </div>
    );
  }
  const shown = report.findings
    .filter((finding) => finding.kind === "relies-on" && finding.group !== "rejected")
    .flatMap(({ base, downstream, stratum }) => {
      const cell = table.cell(table.rowOf(base), table.columnOf(downstream));
      const best = cell === undefined ? undefined : typicalOf(picturesOf(report, cell), cell);
      return best !== undefined && best.present === (stratum === "present") ? { base, downstream, best } : [];
    })[0];
  if (shown === undefined) return null;
  const { base, downstream } = shown;
  const { picture } = shown.best;
  const row = (name: string) => {
    const along = picture.predictions[name] ?? [];
    return (
      <>
        <dt title={name}>{name}</dt>
        <dd>{decimal(along[0])}</dd>
        <dd>
          <Arrow /> {decimal(along.at(-1))}
        </dd>
      </>
    );
  };
  return (
    <figure className="hero">
      <div>
        <Frame picture={picture} frame={1} label={`Reconstruction of ${report.images[picture.image] ?? "an image"}`} />
        <Frame picture={picture} frame={picture.shares.length} label={`Its counterfactual for ${base}`} />
      </div>
      <dl>
        {row(base)}
        {row(downstream)}
      </dl>
      <figcaption>Of the kept counterfactuals of this finding, the one nearest to its mean.</figcaption>
    </figure>
  );
}
