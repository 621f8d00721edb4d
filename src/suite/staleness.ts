import { z } from "zod";
import type { Answers, AskedClassifier } from "./answers.ts";
import type { Suite } from "./open-suite.ts";

/** How a classifier differs, on the pictures before they were edited, from the one of the suite that answers the same question. */
export const stalenessSchema = z.object({
  /** The classifier of the suite that it is held against: one that the run audited, else the feature's witness. */
  against: z.string(),
  /** Mean difference of the predictions, without sign, and the share of pictures on which one says yes and the other no. */
  difference: z.number(),
  decisions: z.number(),
  pictures: z.number().int(),
  /** Whether that is so much that the suite should be made anew. */
  stale: z.boolean(),
});
export type Staleness = z.infer<typeof stalenessSchema>;

/** Mean difference from which pictures that were chosen for one classifier say little of another. */
const mostDifference = 0.2;

/** Holds a classifier against the suite's own; undefined where the suite has none of its feature, or nothing was answered. */
export function stalenessOf(
  { file, pairs }: Pick<Suite, "file" | "pairs">,
  { classifiers, predictions }: Pick<Answers, "classifiers" | "predictions">,
  asked: AskedClassifier,
): Staleness | undefined {
  const column = classifiers.indexOf(asked);
  const witness = file.features.find(({ name }) => name === asked.about)?.witness.name;
  const same = file.classifiers.filter(({ audited, concept }) => audited && concept === asked.about);
  const against = (same.find(({ name }) => name === asked.name) ?? same[0])?.name ?? witness;
  if (against === undefined) return undefined;
  const befores = new Map(pairs.map(({ before }) => [before.sha256, before]));
  const compared = [...befores.values()].flatMap(({ sha256, predictions: told }) => {
    const own = predictions.get(sha256)?.[column] ?? Number.NaN;
    const other = told[against] ?? Number.NaN;
    return Number.isNaN(own + other) ? [] : [{ own, other }];
  });
  if (compared.length === 0) return undefined;
  const share = (of: (pair: (typeof compared)[number]) => number): number =>
    compared.reduce((sum, pair) => sum + of(pair), 0) / compared.length;
  const difference = share(({ own, other }) => Math.abs(own - other));
  return {
    ...{ against, difference, pictures: compared.length },
    decisions: share(({ own, other }) => (own >= 0.5 === other >= 0.5 ? 0 : 1)),
    stale: difference > mostDifference,
  };
}
