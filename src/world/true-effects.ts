import type { Tensor } from "../base/tensor.ts";
import { FACTORS, type Factor } from "./factors.ts";
import { type Face, faceSource, renderFaces } from "./render.ts";

/** What to measure. */
export interface TrueEffectOptions {
  /** Faces that every factor is removed from and added to. */
  readonly count: number;
  readonly seed: number | string;
  /** Images [n, 3, 64, 64] in [0, 1] → n rows of predictions, one per classifier. */
  readonly predict: (images: Tensor) => Promise<readonly (readonly number[])[]>;
  /** All factors by default. */
  readonly factors?: readonly Factor[];
}

/** The mean change of every prediction when one factor goes from absent to present and nothing else changes. */
export interface TrueEffect {
  readonly factor: Factor;
  /** One per classifier, in the order of `predict`. */
  readonly effects: readonly number[];
}

const GROUP = 32;

/** Measures what each factor really does to each classifier: the same face is drawn without and with it, all else equal. */
export async function trueEffects(options: TrueEffectOptions): Promise<TrueEffect[]> {
  const { count, seed, predict, factors = FACTORS } = options;
  const source = faceSource(seed);
  const faces = Array.from({ length: count }, (_, index) => source(index));
  const results: TrueEffect[] = [];
  for (const factor of factors) {
    const sums: number[] = [];
    for (let start = 0; start < count; start += GROUP) {
      const group = faces.slice(start, start + GROUP);
      const without = await predict(await renderFaces(group.map((face) => set(face, factor, 0))));
      const present = await predict(await renderFaces(group.map((face) => set(face, factor, 1))));
      present.forEach((row, i) => {
        row.forEach((value, k) => {
          sums[k] = (sums[k] ?? 0) + value - (without[i]?.[k] ?? 0);
        });
      });
    }
    results.push({ factor, effects: sums.map((sum) => sum / count) });
  }
  return results;
}

function set(face: Face, factor: Factor, strength: number): Face {
  return { ...face, strengths: { ...face.strengths, [factor]: strength } };
}
