import { type Clip, unit } from "./clip.ts";
import { controls } from "./controls.ts";
import type { Word } from "./words.ts";

/** Words as directions among the vectors of pictures. */
export interface Directions {
  /** One a word: the mean of what says it less the mean of its contrast. */
  readonly words: readonly Float64Array[];
  /** One a control word, each against all others. */
  readonly controls: readonly Float64Array[];
}

/** What words are put into: how captions of the training began. */
const template = (phrase: string): string => `This is a photo of ${phrase}`;

/** The directions of words. A word without a contrast is held against all control words. */
export async function directionsOf(words: readonly Word[], clip: Pick<Clip, "embedTexts">): Promise<Directions> {
  const meanOf = async (phrases: readonly string[]): Promise<Float64Array> =>
    meanVector(await clip.embedTexts(phrases.map(template)));
  const others = await clip.embedTexts(controls.map(template));
  const anything = meanVector(others);
  const directions: Float64Array[] = [];
  for (const { says, contrast } of words) {
    directions.push(less(await meanOf(says), contrast.length === 0 ? anything : await meanOf(contrast)));
  }
  return { words: directions, controls: others.map((other) => less(other, anything)) };
}

/** Score of pictures: cosine to what says a word, less that to its contrast. */
export function scoresOf(direction: Float64Array, pictures: readonly Float64Array[]): readonly number[] {
  return pictures.map((picture) => picture.reduce((sum, value, i) => sum + value * (direction[i] as number), 0));
}

/**
 * How probable it is that a word spreads pictures as far as it does where they do not differ in what it says: the rank of its spread, per length of its direction, among those
 * of the control words. At least 1/(controls + 1).
 */
export function spreadPValue(
  direction: Float64Array,
  {
    controls: others,
    pictures,
  }: { readonly controls: readonly Float64Array[]; readonly pictures: readonly Float64Array[] },
): number {
  const spread = (one: Float64Array): number => deviationOf(scoresOf(unit(one), pictures));
  const own = spread(direction);
  const further = others.filter((other) => spread(other) >= own).length;
  return (1 + further) / (1 + others.length);
}

function meanVector(vectors: readonly Float64Array[]): Float64Array {
  const size = vectors[0]?.length ?? 0;
  return Float64Array.from({ length: size }, (_, i) => {
    return vectors.reduce((sum, vector) => sum + (vector[i] as number), 0) / vectors.length;
  });
}

const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - (b[i] as number));

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
