import { noEffect } from "../audit/effects/no-effect.ts";
import { findings } from "../audit/findings/findings.ts";
import type { Cell, Finding, Matrix } from "../audit/schema.ts";
import type { RunData } from "../results/run-data.ts";
import { plural, quoted, range, signed } from "../words/figures.ts";
import type { ProbeReading } from "./probes.ts";

/** What is known of one feature and one classifier. */
export interface AuditVerdict {
  readonly classifier: string;
  readonly feature: string;
  readonly state: "found" | "clear" | "unresolved";
  /** The classifier of the feature that is the column of the matrix; null where there is none. */
  readonly column: string | null;
  /** Fall of the prediction when the feature alone goes, with its interval; null where it has none. */
  readonly effect: number | null;
  readonly ci: readonly [number, number] | null;
  /** Edited pictures on which the feature was seen to move, and on how many of them the prediction followed. */
  readonly moved: number;
  readonly answered: number;
  readonly sentence: string;
  /** What would tell it, where it is unresolved. */
  readonly remedy: string | null;
}

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
    sentence: `Whether ${quoted(classifier)} uses ${quoted(reading.label)} cannot be told: ${what}.`,
    remedy,
  };
}

/** Why an answer is open, and what would give it. */
interface Open {
  readonly what: string;
  readonly remedy: string;
}

function refusal({ ones, zeros, auroc, refused }: ProbeReading): Open {
  switch (refused) {
    case "not-readable":
      return {
        what: `no probe reads it surely from the pictures (AUROC ${(auroc?.value ?? 0).toFixed(2)}, from ${(auroc?.ci[0] ?? 0).toFixed(2)})`,
        remedy: "more labelled pictures, or labels with fewer mistakes",
      };
    case "too-few":
      return {
        what: `${plural(ones, "picture")} have it and ${zeros} lack it`,
        remedy: "more pictures of the rarer kind, at least 20",
      };
    case "not-0-or-1":
      return { what: "its column holds other numbers than 0 and 1", remedy: "0 and 1 in its column" };
    default:
      return { what: "it was not moved", remedy: "more pictures with it and without it" };
  }
}

interface Beside {
  readonly finding: Finding | undefined;
  readonly reading: ProbeReading;
  /** Of the column that is about the classifier itself, where there is one. */
  readonly own: ProbeReading | undefined;
  readonly matrix: Matrix;
  readonly none: ReturnType<ReturnType<typeof noEffect>>;
}

function verdictOf(cell: Cell, beside: Beside): AuditVerdict {
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
    const sentence = beside.finding?.sentence ?? `${quoted(classifier)} uses ${quoted(feature)}.`;
    return { ...figures, state, sentence, remedy: null };
  }
  if (state === "clear" && !(effect === null && beside.matrix.probes.includes(cell.downstream)))
    return { ...figures, state, sentence: clearSentence(cell, beside), remedy: null };
  const { what, remedy } = unresolved(cell, beside);
  const measured = effect?.ci == null ? "" : ` (effect ${figuresOf(cell, beside.matrix)})`;
  return {
    ...figures,
    state: "unresolved",
    sentence: `Whether ${quoted(classifier)} uses ${quoted(feature)} cannot be told${measured}: ${what}.`,
    remedy,
  };
}

/**
 * A probe is a sum of the pixels that an edit adds to: it sees a feature go that is still there for everybody else, such as one that stands anywhere. What was
 * found is found all the same, since the classifier answered.
 */
const byProbeAlone = {
  what: "only a probe says that it went, which reads the very pixels that the edit changes",
  remedy: "a witness that shares nothing with the edit: a classifier of it, trained on pictures, under judges",
};

const byEditorAlone = {
  what: "only the network that made the edits says that it went",
  remedy: "another classifier of it, under judges",
};

function figuresOf({ effect }: Cell, { confidence }: Matrix): string {
  const percent = Number((confidence * 100).toFixed(2));
  const interval = effect?.ci == null ? "" : `, ${percent} % interval ${range(effect.ci[0], effect.ci[1])}`;
  return `${signed(effect?.value ?? 0)}${interval}`;
}

function clearSentence(cell: Cell, { reading, matrix }: Beside): string {
  const { base, effect, deciding } = cell;
  const [feature, classifier] = [quoted(reading.label), quoted(base)];
  return effect === null
    ? `${classifier} hardly uses ${feature}: when it is lowered, ${feature} moves by ${signed(deciding.mean ?? 0)} of that.`
    : `${classifier} hardly uses ${feature}: when it alone goes or comes, the prediction moves by less than ${matrix.minEffect} (effect ${figuresOf(cell, matrix)}; it followed on ${effect.followed.count} of ${effect.moved} edited images).`;
}

/** Why a cell has no answer, and what would tell it. */
function unresolved(cell: Cell, beside: Beside): Open {
  const { effect, reason } = cell;
  const { reading, matrix } = beside;
  if (effect === null) return withoutEffect(cell, beside);
  const more = "more interventions (option interventions), where there are pictures enough";
  switch (reason) {
    case "not-moved":
      return {
        what: `the edit moved it on ${effect.moved} of ${effect.count} pictures, as ${quoted(effect.witness)} sees it`,
        remedy:
          "a pattern cannot move what stands anywhere or is small: more pictures with it and without it, or larger ones; or what a counterfactual of its own probe shows (cfalign align with it as the base)",
      };
    case "moves-others":
      return {
        what: `with what moved along it is ${signed(effect.total ?? 0)}, so that it cannot be told from other features`,
        remedy: "pictures in which it comes without the others",
      };
    case "base-unreachable":
      return {
        what: "no feature of the table moves the classifier, not even its own",
        remedy: "columns for what it may look at; or its input in model.json is wrong",
      };
    case "rare-use":
      return {
        what: `on average it hardly matters, but up to ${(100 * effect.followed.most).toFixed(0)} % of the images may use it where ${Number((100 * matrix.maxRareUse).toFixed(2))} % are allowed`,
        remedy: more,
      };
    case "contradicted":
      return {
        what: "its effect is small, but it moves when the classifier is lowered",
        remedy: "a look at its pictures in the report",
      };
    case "told-by-editor":
      return matrix.probes.includes(effect.witness) ? byProbeAlone : byEditorAlone;
    case "too-few":
      return {
        what: `there are only ${plural(effect.count, "edited image")}`,
        remedy: `${more}: ${countsOf(reading)}`,
      };
    default:
      return { what: "the interval holds both effects that matter and effects that do not", remedy: more };
  }
}

function withoutEffect({ base }: Cell, { reading, own, none }: Beside): Open {
  if (none === "no-witness" && own === undefined) {
    return {
      what: `no column of the table is about what ${quoted(base)} itself says`,
      remedy: "a column with the name of its target, or its target named in model.json as a column is",
    };
  }
  if (none === "no-witness") {
    const { what, remedy } = refusal(own as ProbeReading);
    return {
      what: `nobody else tells ${quoted((own as ProbeReading).label)}, which ${quoted(base)} itself is about: ${what}`,
      remedy,
    };
  }
  return none === "not-moved"
    ? {
        what: "it could not be moved",
        remedy: `at least ten pictures with it and ten without it that its witness tells apart (${countsOf(reading)})`,
      }
    : { what: "too few images say anything", remedy: `more pictures (${countsOf(reading)})` };
}

function countsOf({ ones, zeros }: ProbeReading): string {
  return `${plural(ones, "picture")} with it, ${zeros} without it`;
}
