import { z } from "zod";
import { type MatrixOptions, resolveOptions } from "../audit/options.ts";
import { CfalignError } from "../base/errors.ts";
import { type CellEffect, cellEffect } from "../results/matrix-schema.ts";
import { versionsSentence } from "../words/suite.ts";
import type { Answers } from "./answers.ts";
import { type AskedEffects, askedEffects } from "./asked-effects.ts";
import { auditSuite, type SuiteAudit } from "./audit-suite.ts";
import { effectOnFigure, pairsWith, predictedBy } from "./effect-on-figure.ts";
import type { Suite } from "./open-suite.ts";

const interval = z.tuple([z.number(), z.number()]);

/** A feature's effect on one version of a classifier. */
const point = z.object({
  version: z.string(),
  /** Verdict by this version's own audit; null where there is no effect to tell. */
  state: z.enum(["found", "clear", "unresolved"]).nullable(),
  reason: cellEffect.shape.reason,
  value: z.number().nullable(),
  ci: interval.nullable(),
  /** Minus the effect on the first version, on the pairs that both answered; null for the first, and where either has none. */
  since: z.object({ value: z.number(), ci: interval.nullable(), count: z.number().int() }).nullable(),
});
/** A feature's effect on one version of a classifier. */
export type VersionPoint = z.infer<typeof point>;

/** A feature's effect over versions. */
const series = z.object({
  classifier: z.string(),
  feature: z.string(),
  points: z.array(point),
  /**
   * From the first version to the last: "removed" (found, then clear), "introduced" (clear, then found), "stronger" or "weaker" by more than the smallest effect that matters,
   * "unchanged" within it, else "unresolved". null where one of the two has no effect.
   */
  outcome: z.enum(["removed", "introduced", "stronger", "weaker", "unchanged", "unresolved"]).nullable(),
  sentence: z.string(),
});
/** A feature's effect over versions. */
export type VersionSeries = z.infer<typeof series>;

/** Effects of a suite's features over versions of a classifier. */
export const suiteVersionsSchema = z.object({
  suite: z.string(),
  versions: z.array(z.string()),
  minEffect: z.number(),
  confidence: z.number(),
  series: z.array(series),
  notes: z.array(z.string()),
});
/** Effects of a suite's features over versions of a classifier: `diff --suite --json`. */
export type SuiteVersions = z.infer<typeof suiteVersionsSchema>;

/** What a version of a classifier said of a suite, and what it is called. */
export interface Version {
  readonly name: string;
  readonly answers: Answers;
}

/** Which features are followed, and the options of the statistics. */
export interface SuiteVersionsOptions extends MatrixOptions {
  /** Features to follow, all of the suite. */
  readonly features?: readonly string[];
}

/**
 * Follows the effect of each feature over versions of a classifier, in the order in which they are given, by pairs: the same pictures are shown to all, so that what differs between two versions is
 * told more exactly than either effect. Classifiers belong together by their names, or where every version has one alone. Errors: CfalignError("usage") for fewer than two versions, names that
 * one of them lacks, and unknown features.
 */
export function suiteVersions(
  suite: Suite,
  versions: readonly Version[],
  { features, ...options }: SuiteVersionsOptions = {},
): SuiteVersions {
  const { minEffect, confidence, maxRareUse } = resolveOptions(options);
  const [first, ...later] = versions;
  if (first === undefined || later.length === 0) {
    throw new CfalignError("usage", `versions: expected two at least, got ${versions.length}`, { where: "versions" });
  }
  const known = suite.file.features.map(({ name }) => name);
  const unknown = features?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new CfalignError(
      "usage",
      (named) => `${named("features")}: expected features of the suite (${known.join(", ")}), got "${unknown}"`,
      { option: "features" },
    );
  }
  const told = versions.map(({ name, answers }) => ({
    ...{ name, answers, asked: askedEffects(suite, answers), audit: auditSuite(suite, answers, options) },
  }));
  const judged = { allowed: [-minEffect, minEffect], confidence, maxRareUse } as const;
  const found = first.answers.classifiers.flatMap(({ name: classifier, about }) => {
    const columns = told.map((version) => columnOf(version, classifier, first));
    const wanted = (features ?? known).filter((feature) => feature !== about);
    return wanted.map((feature): VersionSeries => {
      const points = told.map((version, place): VersionPoint => {
        const own = cellIn(version.audit, version.answers.classifiers[columns[place] as number]?.name, feature);
        const since =
          place === 0
            ? undefined
            : sinceFirst(suite, [told[0] as Told, version], {
                columns: [columns[0], columns[place]] as [number, number],
                feature,
                judged,
              });
        return {
          version: version.name,
          ...{ state: own?.state ?? null, reason: own?.reason ?? null },
          ...{ value: own?.effect?.value ?? null, ci: own?.effect?.ci ?? null },
          since: since === undefined ? null : { value: since.value, ci: since.ci, count: since.count },
        };
      });
      const outcome = outcomeOf(points, minEffect);
      return {
        classifier,
        feature,
        points,
        outcome,
        sentence: versionsSentence({ classifier, feature, points, outcome }),
      };
    });
  });
  return {
    suite: suite.path,
    versions: versions.map(({ name }) => name),
    ...{ minEffect, confidence, series: found },
    notes: told.flatMap(({ name, audit }) => audit.notes.map((note) => `${name}: ${note}`)),
  };
}

interface Told extends Version {
  readonly asked: readonly AskedEffects[];
  readonly audit: SuiteAudit;
}

/** Place of a classifier of the first version in another. */
function columnOf({ name: version, answers: { classifiers } }: Version, wanted: string, first: Version): number {
  const column = classifiers.findIndex(({ name }) => name === wanted);
  if (column >= 0) return column;
  if (classifiers.length === 1 && first.answers.classifiers.length === 1) return 0;
  throw new CfalignError(
    "usage",
    `${version}: expected a target "${wanted}" as ${first.name} has it, got ${classifiers.map(({ name }) => name).join(", ")}`,
    { where: version },
  );
}

function cellIn(
  { cells }: SuiteAudit,
  classifier: string | undefined,
  feature: string,
): SuiteAudit["cells"][number] | undefined {
  return cells.find((cell) => cell.classifier === classifier && cell.feature === feature);
}

/** The effect of a feature on a version minus that on the first one. */
function sinceFirst(
  suite: Suite,
  [old, now]: readonly [Told, Told],
  {
    columns,
    feature,
    judged,
  }: {
    readonly columns: readonly [number, number];
    readonly feature: string;
    readonly judged: {
      readonly allowed: readonly [number, number];
      readonly confidence: number;
      readonly maxRareUse: number;
    };
  },
): CellEffect | undefined {
  const [was, is] = [predictedBy(old.answers, columns[0]), predictedBy(now.answers, columns[1])];
  const one = now.asked[columns[1]];
  const before = old.asked[columns[0]];
  if (one?.moved === undefined || before?.moved === undefined || one.isWitness || before.isWitness) return undefined;
  const figure = (picture: Parameters<typeof is>[0]): number => is(picture) - was(picture);
  return effectOnFigure(suite, one, { ...judged, feature, figure, pairs: pairsWith(suite.pairs, figure) });
}

/** Why an effect may be small without the feature having gone, for anybody who does not read what edits change. */
const unseen: readonly VersionPoint["reason"][] = ["not-moved", "told-by-editor", "unchecked"];

/** What became of an effect from the first version to the last. Of edits that neither is known to have seen, nothing is "unchanged". */
export function outcomeOf(points: readonly VersionPoint[], minEffect: number): VersionSeries["outcome"] {
  const [first, last] = [points[0], points.at(-1)];
  if (first?.state == null || last?.state == null || last.since?.ci == null) return null;
  const { ci } = last.since;
  const moved = ci[0] > 0 || ci[1] < 0;
  if (first.state === "found" && last.state === "clear" && moved) return "removed";
  if (first.state === "clear" && last.state === "found" && moved) return "introduced";
  const isSeen = [first, last].some(({ reason }) => !unseen.includes(reason));
  if (ci[0] > -minEffect && ci[1] < minEffect) return isSeen ? "unchanged" : "unresolved";
  if (ci[0] <= minEffect && ci[1] >= -minEffect) return "unresolved";
  return Math.abs(last.value ?? 0) < Math.abs(first.value ?? 0) ? "weaker" : "stronger";
}
