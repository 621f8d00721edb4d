import { z } from "zod";
import { noEffect } from "../audit/effects/no-effect.ts";
import { uncheckedQualifiers } from "../audit/effects/unchecked.ts";
import { findings } from "../audit/findings/findings.ts";
import type { Cell, Finding, Matrix } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import {
  clearSentence,
  effectFigures,
  refusal,
  untoldSentence,
  usesSentence,
  type VerdictAbout,
  whyUntold,
} from "../words/verdict.ts";
import type { ProbeReading } from "./probes.ts";

/** What is known of one feature and one classifier, as it is printed. */
export const auditVerdict = z.strictObject({
  classifier: z.string(),
  feature: z.string(),
  state: z.enum(["found", "clear", "unresolved"]),
  /** The classifier of the feature that is the column of the matrix; null where there is none. */
  column: z.string().nullable(),
  /** Fall of the prediction when the feature alone goes, with its interval; null where it has none. */
  effect: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).readonly().nullable(),
  /** Edited pictures on which the feature was seen to move, and on how many of them the prediction followed. */
  moved: z.number().int(),
  answered: z.number().int(),
  sentence: z.string(),
  /** What would tell it, where it is unresolved. */
  remedy: z.string().nullable(),
});
/** What is known of one feature and one classifier. */
export type AuditVerdict = Readonly<z.infer<typeof auditVerdict>>;

/** What verdicts are made of. */
export interface VerdictMakings {
  readonly run: RunData;
  readonly matrix: Matrix;
  /** Columns of the table. */
  readonly readings: readonly ProbeReading[];
}

const order: Readonly<Record<AuditVerdict["state"], number>> = { found: 0, unresolved: 1, clear: 2 };

/** A verdict of every feature on every classifier that was audited: what was found first, largest first, then what cannot be told. */
export function auditVerdicts({ run, matrix, readings }: VerdictMakings): readonly AuditVerdict[] {
  const found = findings(matrix);
  const why = noEffect(run);
  const conceptOf = (classifier: string): string => run.concepts[classifier] ?? classifier;
  return run.bases
    .flatMap((classifier) =>
      readings
        .filter(({ label }) => label !== conceptOf(classifier))
        .map((reading): AuditVerdict => {
          const cell = matrix.cells.find(
            ({ base, downstream }) =>
              base === classifier && !run.bases.includes(downstream) && conceptOf(downstream) === reading.label,
          );
          if (cell === undefined) return unread(classifier, reading);
          const finding = found.find(({ base, downstream }) => base === classifier && downstream === cell.downstream);
          const own = readings.find(({ label }) => label === conceptOf(classifier));
          return verdictOf(cell, { finding, reading, own, matrix, none: why(cell) });
        }),
    )
    .sort((a, b) => order[a.state] - order[b.state] || Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
}

/** A feature that no probe reads. */
function unread(classifier: string, reading: ProbeReading): AuditVerdict {
  const { what, remedy } = refusal(reading);
  return {
    ...{ classifier, feature: reading.label, state: "unresolved", column: null },
    ...{ effect: null, ci: null, moved: 0, answered: 0 },
    sentence: untoldSentence(classifier, reading.label, what),
    remedy,
  };
}

function verdictOf(cell: Cell, beside: VerdictAbout & { readonly finding: Finding | undefined }): AuditVerdict {
  const { base: classifier, effect, state } = cell;
  const { label: feature } = beside.reading;
  const figures = {
    ...{ classifier, feature, column: cell.downstream },
    effect: effect?.value ?? null,
    ci: effect?.ci ?? null,
    moved: effect?.moved ?? 0,
    answered: effect?.answered.count ?? 0,
  };
  if (state === "found") {
    const found = beside.finding?.sentence ?? usesSentence(classifier, feature);
    const named = uncheckedQualifiers(beside.matrix, cell).map((name) => ` ${name}.`);
    return { ...figures, state, sentence: `${found}${named.join("")}`, remedy: null };
  }
  if (state === "clear" && !(effect === null && beside.matrix.probes.includes(cell.downstream)))
    return { ...figures, state, sentence: clearSentence(cell, beside), remedy: null };
  const { what, remedy } = whyUntold(cell, beside);
  const measured = effect?.ci == null ? "" : ` (effect ${effectFigures(cell, beside.matrix)})`;
  return {
    ...figures,
    state: "unresolved",
    sentence: untoldSentence(classifier, feature, what, measured),
    remedy,
  };
}
