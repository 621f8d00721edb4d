import { type EffectOptions, effectOf } from "../audit/effects/effect.ts";
import type { CellEffect } from "../results/matrix-schema.ts";
import type { Answers } from "./answers.ts";
import { type AskedEffects, effectsOn } from "./asked-effects.ts";
import type { Suite } from "./open-suite.ts";
import type { SuitePair, SuitePicture } from "./pairs.ts";

/** A number of every picture, such as what somebody predicts of it; NaN where there is none. */
export type PictureFigure = (picture: SuitePicture) => number;

/** What one of the classifiers that answered predicts. */
export function predictedBy({ predictions }: Pick<Answers, "predictions">, column: number): PictureFigure {
  return ({ sha256 }) => predictions.get(sha256)?.[column] ?? Number.NaN;
}

/** Pairs on which a figure has numbers. */
export function pairsWith(pairs: readonly SuitePair[], figure: PictureFigure): readonly SuitePair[] {
  return pairs.filter(({ before, after }) => !Number.isNaN(figure(before) + figure(after)));
}

/**
 * The effect of a feature on a figure in the place of a classifier's prediction, such as the difference of two predictions of one picture: effects are linear in it, so that this is the
 * difference of the two effects, with the interval of pairs. undefined where there is none.
 */
export function effectOnFigure(
  suite: Suite,
  { classifier }: Pick<AskedEffects, "classifier">,
  {
    pairs,
    feature,
    figure,
    ...options
  }: EffectOptions & {
    readonly pairs: readonly SuitePair[];
    readonly feature: string;
    readonly figure: PictureFigure;
  },
): CellEffect | undefined {
  const moved = effectsOn(suite, classifier, { pairs, said: figure });
  const cell = { classifier: classifier.name, feature, concept: classifier.about ?? "" };
  return moved === undefined ? undefined : effectOf(moved, cell, options);
}
