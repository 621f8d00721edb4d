import { alongLatent, type LinearClassifier, latentSize } from "./linear-world.ts";

/** One target as a line in latent space: logit = slope·z + intercept. */
export interface Line {
  readonly slope: readonly number[];
  readonly intercept: number;
}

/** A classifier file whose logits are known lines of the latent. */
export function lines(
  name: string,
  targets: Readonly<Record<string, Line>>,
  options: Pick<LinearClassifier, "head" | "scale"> & { readonly activation?: LinearClassifier["activation"] } = {},
): LinearClassifier {
  const weights = Object.values(targets).map(({ slope }) => alongLatent(slope));
  // Pixels are 0.5 + Q·z: the bias takes the 0.5 away again.
  const biases = Object.values(targets).map(({ intercept }, target) => {
    const atCentre = (weights[target] as number[]).reduce((sum, weight) => sum + 0.5 * weight, 0);
    return intercept - atCentre;
  });
  const { activation = "sigmoid", ...rest } = options;
  return { name, targets: Object.keys(targets), activation, weights, biases, ...rest };
}

/** Four targets of one file along the axes of the latent, two of them entangled. */
export const attributes = lines("attributes", {
  smiling: { slope: [2, 0, 0, 0], intercept: 0.5 },
  eyeglasses: { slope: [0, 3, 0, 0], intercept: 0 },
  beard: { slope: [1, 0, 2, 0], intercept: -0.5 },
  "big nose": { slope: [0, 0, 0, -1.5], intercept: 0.25 },
});

/** A smile detector that looks at eyeglasses as much as at the smile. */
export const biased = lines("smiling-eyeglasses", { smiling: { slope: [2, 2, 0, 0], intercept: 0 } });

/** Three classes of a softmax. */
export const mood = lines(
  "mood",
  {
    happy: { slope: [2, 0, 0, 1], intercept: 0.2 },
    sad: { slope: [-2, 0, 1, 0], intercept: 0 },
    calm: { slope: [0, 1, 0, 0], intercept: -0.1 },
  },
  { activation: "softmax" },
);

/** A judge with a target of its own slope. */
export const judge = lines("attributes-b", {
  smiling: { slope: [1.5, 0.1, 0, 0], intercept: 0.2 },
  freckles: { slope: [0, 0, 0, 2], intercept: 0 },
});

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A latent with zeros where nothing is given. */
export function latent(...values: number[]): number[] {
  return Array.from({ length: latentSize }, (_, index) => values[index] ?? 0);
}
