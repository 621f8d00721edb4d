import { type MovedFeatures, movedFeatures } from "../audit/effects/movements.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import type { Answers, AskedClassifier } from "./answers.ts";
import type { Suite } from "./open-suite.ts";
import type { SuitePair, SuitePicture } from "./pairs.ts";

/** A classifier with all that is needed to tell effects on it. */
export interface AskedEffects {
  readonly classifier: AskedClassifier;
  /** Pairs on which it gave numbers. */
  readonly pairs: readonly SuitePair[];
  /** Whether its answers are those of the witness of its own feature, or of a copy of it: then nothing but a found effect says anything. */
  readonly isWitness: boolean;
  /** The interventions with its predictions under its name; undefined where it is about no feature of the suite, or nothing was answered. */
  readonly moved: MovedFeatures | undefined;
}

/** Mean difference below which predictions come from one network: copies in eight bits of the built-in world differ by .002 to .005, the nearest of two networks by .017. */
const sameAnswer = 0.008;

/** The effects of a suite's features on everybody who answered, each over the pairs on which it gave numbers. */
export function askedEffects(suite: Suite, { classifiers, predictions }: Answers): readonly AskedEffects[] {
  return classifiers.map((classifier, column): AskedEffects => {
    const said = ({ sha256 }: SuitePicture): number => predictions.get(sha256)?.[column] ?? Number.NaN;
    const pairs = suite.pairs.filter(({ before, after }) => !Number.isNaN(said(before) + said(after)));
    const witness = suite.file.features.find(({ name }) => name === classifier.about)?.witness.name ?? "";
    const differences = pairs.flatMap(({ before, after }) =>
      [before, after].map((picture) => Math.abs(said(picture) - (picture.predictions[witness] ?? Number.NaN))),
    );
    return {
      classifier,
      pairs,
      isWitness: differences.reduce((sum, by) => sum + by, 0) / differences.length < sameAnswer,
      moved: effectsOn(suite, classifier, { pairs, said }),
    };
  });
}

/** Pictures with an edit of a feature on which a classifier gave no number. */
export function unansweredOf(
  { pairs }: Pick<Suite, "pairs">,
  one: Pick<AskedEffects, "pairs">,
  feature: string,
): number {
  const imagesIn = (some: readonly SuitePair[]): Set<string> =>
    new Set(some.flatMap((pair) => (pair.feature === feature ? [pair.image] : [])));
  const answered = imagesIn(one.pairs);
  return [...imagesIn(pairs)].filter((image) => !answered.has(image)).length;
}

/** What answers of one classifier are regressed on. said: its prediction, or any other figure that moves with a picture. */
export function effectsOn(
  { file }: Pick<Suite, "file">,
  { name, about }: AskedClassifier,
  { pairs, said }: { readonly pairs: readonly SuitePair[]; said(picture: SuitePicture): number },
): MovedFeatures | undefined {
  if (about === undefined || pairs.length === 0) return undefined;
  const inSuite = (other: string): string => suiteName(other, name);
  const witnesses = new Map(file.features.map((feature) => [feature.name, feature.witness.name]));
  const told = (picture: SuitePicture): Record<string, number> => ({
    ...Object.fromEntries(
      [...witnesses.values()].map((witness) => [inSuite(witness), picture.predictions[witness] as number]),
    ),
    [name]: said(picture),
  });
  const rows = pairs.map(
    ({ image, feature, change, editor, editedBy, length, distance, before, after }): InterventionRow => ({
      ...{ image, feature, side: change, editor, length, distance },
      editedBy: editedBy === null ? null : inSuite(editedBy),
      witness: inSuite(witnesses.get(feature) as string),
      before: told(before),
      after: told(after),
    }),
  );
  return movedFeatures({
    ...{ bases: [name], downstream: [], judges: [], interventions: rows },
    concepts: { [name]: about },
    softmaxGroups: Object.fromEntries(
      file.classifiers.flatMap(({ name, softmax }) => (softmax === null ? [] : [[inSuite(name), softmax]])),
    ),
  });
}

/** Name of a classifier of the suite beside one that is asked: a new version has the name of the old one, which may be a witness. */
export function suiteName(name: string, asked: string): string {
  return name === asked ? `${name} of the suite` : name;
}
