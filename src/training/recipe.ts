import { importanceOf } from "./importance.ts";

/** How witnesses are trained unless options say otherwise. */
export const recipe = {
  /** Pictures of a step. */
  batch: 32,
  /** How often every picture is learned from; few pictures more often, so that there are as many steps at least. */
  epochs: 80,
  leastSteps: 800,
  /** Largest learning rate, and decay of weights a step, as a share of the rate. */
  rate: 1e-2,
  decay: 0.05,
  moments: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  /** Largest shift as a share of the side, and change of colours. */
  augmentation: { shift: 0.05, colour: 0.1 },
  /** How often the held-out pictures are asked at most, and how many times in a row they may see nothing better once the rate falls. */
  looks: 40,
  patience: 16,
} as const;

/** Steps for so many pictures. */
export function stepsFor(pictures: number, batch: number, epochs: number | undefined): number {
  const perEpoch = pictures / batch;
  if (epochs !== undefined) return Math.max(1, Math.round(epochs * perEpoch));
  return Math.max(recipe.leastSteps, Math.round(recipe.epochs * perEpoch));
}

/** What each label of a batch counts, by target and kind: all of a batch count 1 together, on the mean. labels: by target, of the pictures that are learned from. */
export function sharesOf(
  labels: readonly (readonly (number | undefined)[])[],
  batch: number,
): readonly (readonly [zeros: number, ones: number])[] {
  const share = 1 / (batch * labels.length);
  return labels.map((own) => {
    const [zeros, ones] = importanceOf(own);
    return [share * zeros, share * ones];
  });
}
