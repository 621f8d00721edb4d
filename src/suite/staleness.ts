import { z } from "zod";
import { stalenessWords } from "../words/suite.ts";
import type { Answers, AskedClassifier } from "./answers.ts";
import { type Suite, uneditedOf } from "./open-suite.ts";

/** How a classifier differs, on the pictures before they were edited, from the suite's own. */
export const stalenessSchema = z.object({
  /** The classifier of the suite that it is held against: of those that answer the same question the nearest. */
  against: z.string(),
  /** Mean difference of the predictions, without sign, and the share of pictures on which one says yes and the other no. */
  difference: z.number(),
  decisions: z.number(),
  pictures: z.number().int(),
  /** Whether that is so much that the suite should be made anew. */
  stale: z.boolean(),
});
/** How a classifier differs, on the pictures before they were edited, from the suite's own. */
export type Staleness = z.infer<typeof stalenessSchema>;

/** Mean difference from which pictures that were chosen for one classifier say little of another. */
const mostDifference = 0.2;

/** Holds a classifier against those of the suite that answer the same question, and tells of the nearest; undefined where the suite has none, or nothing was answered. */
export function stalenessOf(
  { file, pairs }: Pick<Suite, "file" | "pairs">,
  { classifiers, predictions }: Pick<Answers, "classifiers" | "predictions">,
  asked: AskedClassifier,
): Staleness | undefined {
  const column = classifiers.indexOf(asked);
  const befores = uneditedOf({ pairs });
  const candidates = file.classifiers
    .filter(({ concept }) => concept === asked.about)
    .flatMap(({ name: against }): Staleness[] => {
      const compared = befores.flatMap(({ sha256, predictions: told }) => {
        const own = predictions.get(sha256)?.[column] ?? Number.NaN;
        const other = told[against] ?? Number.NaN;
        return Number.isNaN(own + other) ? [] : [{ own, other }];
      });
      if (compared.length === 0) return [];
      const mean = (of: (pair: (typeof compared)[number]) => number): number =>
        compared.reduce((sum, pair) => sum + of(pair), 0) / compared.length;
      const difference = mean(({ own, other }) => Math.abs(own - other));
      const decisions = mean(({ own, other }) => (own >= 0.5 === other >= 0.5 ? 0 : 1));
      return [{ against, difference, decisions, pictures: compared.length, stale: difference > mostDifference }];
    });
  return candidates.toSorted((a, b) => a.difference - b.difference)[0];
}

/** How each classifier that answered differs from the suite's own; null where the suite has none of its question. */
export function suiteStaleness(
  suite: Suite,
  answers: Answers,
): readonly { readonly classifier: string; readonly staleness: Staleness | null }[] {
  return answers.classifiers.map((asked) => ({
    classifier: asked.name,
    staleness: stalenessOf(suite, answers, asked) ?? null,
  }));
}

/** What a classifier that differs, or does not, means for a suite. */
export function stalenessText(name: string, staleness: Staleness | null): string {
  return stalenessWords(name, staleness, mostDifference);
}
