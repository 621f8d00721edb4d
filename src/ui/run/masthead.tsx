import type { ReportData } from "../../report/data.ts";
import { Named } from "../parts/named.tsx";
import { count, decimal } from "../parts/numbers.ts";
import { PageHead } from "../shell/page-head.tsx";
import { OpeningCards } from "./opening-cards.tsx";
import { useRun } from "./use-run.ts";

const contents = [
  ["findings", "Findings"],
  ["matrix", "Matrix"],
  ["cell", "Images"],
  ["contrast", "Use and correlation"],
  ["audit", "Reconstruction"],
  ["selection", "Counterfactuals"],
  ["provenance", "Provenance"],
] as const;

/** What came out, before anything else; how it was measured is folded. */
export function Masthead() {
  const { report } = useRun();
  const { matrix, counts, models, summary, opening } = report;
  const { lookedAt, chosen, counterfactuals, reached } = summary.counts;
  const judges = models.filter((model) => model.kind === "judge").length;
  const { medianEvaluations, maxEvaluations } = counts;
  return (
    <PageHead
      kicker="Counterfactual alignment"
      title={report.title}
      headline={
        <Named
          sentence={opening.headline}
          names={opening.cards.flatMap(({ base, downstream }) => [base, downstream])}
        />
      }
      deck={opening.cards.length > 0 ? `${summary.headline}.` : summary.states}
      method={
        <>
          {summary.method} The other classifiers were then shown the changed images. <i>Relative change</i> is how far
          the prediction of one of them fell for each unit that the first one fell; below 0, it rose. An <i>effect</i>{" "}
          is how far a prediction falls when one feature alone goes.
          {report.findings.length > 0 && ` Findings: ${summary.order}.${besideWords(report)}`} Pictures at the top: of
          the kept ones, the half nearest to the mean, of these the half nearest to that of the clear classifier beside
          it, and of these the one whose change is seen best.
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
      <OpeningCards linked />
    </PageHead>
  );
}

/** What stands beside findings. */
function besideWords({ findings, interventions, pictures }: ReportData): string {
  const edited = interventions.features.length > 0 && findings.some(({ effect }) => effect !== null);
  const lowered = pictures.length > 0 && findings.some(({ effect }) => effect === null);
  return [
    edited
      ? " Beside an effect: a picture whose feature was taken out or put in, of the half of the kept ones nearest to the mean that whose change is seen best, and what is predicted of it."
      : "",
    lowered
      ? ` Beside ${edited ? "another" : "each"} finding: of the kept counterfactuals the one nearest to its mean.`
      : "",
  ].join("");
}
