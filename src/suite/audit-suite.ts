import { z } from "zod";
import { type EffectOptions, effectOf } from "../audit/effects/effect.ts";
import { type MatrixOptions, resolveOptions } from "../audit/options.ts";
import { cellEffect } from "../results/matrix-schema.ts";
import { namedOnly } from "../words/effect-finding.ts";
import { leftNote, noNumberNote, noQuestionNote, toldNote, witnessItselfNote } from "../words/suite.ts";
import type { Answers } from "./answers.ts";
import { type AskedEffects, askedEffects, unansweredOf } from "./asked-effects.ts";
import type { Suite } from "./open-suite.ts";
import { type Staleness, stalenessOf, stalenessSchema, stalenessText } from "./staleness.ts";
import { probedFeatures } from "./tellers.ts";

/** Why a feature has no effect to tell: it is the classifier's own, a class of its softmax; nobody else tells the own one; the classifier is about none of the suite's, or gave no number. */
const noEffect = z.enum(["own-feature", "one-softmax", "own-witness", "no-feature", "no-number"]);

/** What one feature of a suite does to one classifier. */
const cellSchema = z.object({
  classifier: z.string(),
  feature: z.string(),
  /** By the effect alone: null where there is none. */
  state: z.enum(["found", "clear", "unresolved"]).nullable(),
  reason: cellEffect.shape.reason,
  none: noEffect.nullable(),
  effect: cellEffect.nullable(),
});
/** What one feature of a suite does to one classifier. */
export type SuiteCell = z.infer<typeof cellSchema>;

/** What a suite says of classifiers. */
export const suiteAuditSchema = z.object({
  suite: z.string(),
  /** Who answered. */
  from: z.string(),
  minEffect: z.number(),
  confidence: z.number(),
  maxRareUse: z.number(),
  classifiers: z.array(
    z.object({
      name: z.string(),
      /** Feature that it is about; null where the suite has none. */
      about: z.string().nullable(),
      /** Pairs on which it gave numbers. */
      pairs: z.number().int(),
      staleness: stalenessSchema.nullable(),
    }),
  ),
  cells: z.array(cellSchema),
  notes: z.array(z.string()),
});
/** What a suite says of classifiers: `suite audit --json`. */
export type SuiteAudit = z.infer<typeof suiteAuditSchema>;

/**
 * The effects of a suite's features on classifiers, and their verdicts, by the rules of a run (docs/effects.md): the effect alone speaks, since what needs a gradient
 * is not there. Errors: CfalignError("usage") for options.
 */
export function auditSuite(suite: Suite, answers: Answers, options: MatrixOptions = {}): SuiteAudit {
  const { minEffect, confidence, maxRareUse } = resolveOptions(options);
  const asked = askedEffects(suite, answers);
  const probed = probedFeatures(suite);
  const stale = asked.map(({ classifier }) => stalenessOf(suite, answers, classifier));
  const judged = { allowed: [-minEffect, minEffect], confidence, maxRareUse } as const;
  return {
    suite: suite.path,
    from: answers.from,
    ...{ minEffect, confidence, maxRareUse },
    classifiers: asked.map(({ classifier: { name, about }, pairs }, place) => ({
      ...{ name, about: about ?? null, pairs: pairs.length, staleness: stale[place] ?? null },
    })),
    cells: asked.flatMap((one) =>
      suite.file.features.map(({ name, unchecked }): SuiteCell => {
        const cell = cellOf(one, name, asked, { ...judged, unanswered: unansweredOf(suite, one, name) });
        if (cell.state !== "clear") return cell;
        if (unchecked) return { ...cell, state: "unresolved", reason: "unchecked" };
        // What a probe sees go may still be there for everybody else.
        return probed.has(name) ? { ...cell, state: "unresolved", reason: "told-by-editor" } : cell;
      }),
    ),
    notes: suiteNotes(suite, answers, asked),
  };
}

function cellOf(one: AskedEffects, feature: string, all: readonly AskedEffects[], options: EffectOptions): SuiteCell {
  const { name, about = "" } = one.classifier;
  const none = whyNone(one, feature, all);
  const cell = { classifier: name, feature };
  const effect =
    (none !== null && none !== "own-witness") || one.moved === undefined
      ? undefined
      : effectOf(one.moved, { classifier: name, feature, concept: about }, options);
  return effect === undefined || (none === "own-witness" && effect.state !== "found")
    ? { ...cell, state: null, reason: null, none: none ?? "no-feature", effect: null }
    : { ...cell, state: effect.state, reason: effect.reason, none: null, effect };
}

/** Why a feature has no effect on a classifier to tell, or ("own-witness") none but a found one; null where it has one. */
export function whyNone(
  { classifier, isWitness, moved }: AskedEffects,
  feature: string,
  all: readonly AskedEffects[],
): SuiteCell["none"] {
  if (classifier.about === feature) return "own-feature";
  const { softmax } = classifier;
  const others = all.filter((other) => softmax !== null && other.classifier.softmax === softmax);
  if (others.some((other) => other.classifier.about === feature)) return "one-softmax";
  if (classifier.about === undefined) return "no-feature";
  if (moved === undefined) return "no-number";
  return isWitness ? "own-witness" : null;
}

/** What is worth knowing beside the cells. */
export function suiteNotes(suite: Suite, answers: Answers, asked: readonly AskedEffects[]): string[] {
  const features = suite.file.features.map(({ name }) => name);
  const told = (["editor", "probe"] as const).flatMap((teller) => {
    const own = suite.file.features.filter(({ editors }) => editors.some(({ toldBy }) => toldBy === teller));
    if (own.length === 0) return [];
    return [
      toldNote(
        teller,
        own.map(({ name }) => name),
      ),
    ];
  });
  const named = suite.file.features.flatMap(({ name, unchecked }) => (unchecked ? [namedOnly(name)] : []));
  return [
    ...answers.notes,
    ...suite.file.left.map(({ feature, why }) => leftNote(feature, why)),
    ...told,
    ...named,
    ...asked.flatMap(({ classifier: { name, about }, isWitness, pairs }) => [
      ...(about === undefined ? [noQuestionNote(name, features)] : []),
      ...(isWitness ? [witnessItselfNote(name)] : []),
      ...(pairs.length < suite.pairs.length ? [noNumberNote(name, suite.pairs.length - pairs.length)] : []),
    ]),
    ...asked.flatMap(({ classifier }) => staleNote(classifier.name, stalenessOf(suite, answers, classifier))),
  ];
}

function staleNote(name: string, staleness: Staleness | undefined): string[] {
  return staleness?.stale ? [stalenessText(name, staleness)] : [];
}
