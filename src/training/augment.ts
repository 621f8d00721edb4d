import type { Random } from "../base/random.ts";

/** What is done to a picture before the network sees it. */
export interface Augmentation {
  readonly flipped: boolean;
  /** Pixels that it moves to the right, and down. */
  readonly right: number;
  readonly down: number;
  /** Every channel becomes factor·x + term, x in [0, 1]. */
  readonly factor: number;
  readonly terms: readonly [number, number, number];
}

/** How far pictures are changed. */
export interface AugmentationOptions {
  /** Mirror half of the pictures. */
  readonly flips: boolean;
  /** Largest shift, as a share of the side. */
  readonly shift: number;
  /** Largest change of contrast, and twice that of a channel's level. */
  readonly colour: number;
}

/** A picture as it is. */
export const unchanged: Augmentation = { flipped: false, right: 0, down: 0, factor: 1, terms: [0, 0, 0] };

/** Draws what is done to a picture of a side. */
export function drawAugmentation(
  random: Random,
  side: number,
  { flips, shift, colour }: AugmentationOptions,
): Augmentation {
  const most = Math.round(shift * side);
  const moved = () => random.integer(2 * most + 1) - most;
  const about = (reach: number) => reach * (2 * random.uniform() - 1);
  const flipped = random.uniform() < 0.5 && flips;
  const [right, down] = [moved(), moved()];
  const factor = 1 + about(colour);
  // Contrast turns about the middle grey.
  const term = () => (1 - factor) / 2 + about(colour / 2);
  return { flipped, right, down, factor, terms: [term(), term(), term()] };
}

/** Mean and spread of each channel over pictures in [0, 1]. */
export interface Levels {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/**
 * Writes a picture of 8 bits, [3, side, side], as the network takes it: augmented, then (x − mean)/std. What comes in at an edge repeats the edge.
 */
export function writePicture(
  into: Float32Array,
  picture: Uint8Array,
  side: number,
  { levels, change }: { readonly levels: Levels; readonly change: Augmentation },
): void {
  const columns = Int32Array.from({ length: side }, (_, x) => {
    const from = Math.min(side - 1, Math.max(0, x - change.right));
    return change.flipped ? side - 1 - from : from;
  });
  const area = side * side;
  for (let channel = 0; channel < 3; channel++) {
    const std = levels.std[channel] as number;
    const factor = change.factor / (255 * std);
    const term = ((change.terms[channel] as number) - (levels.mean[channel] as number)) / std;
    for (let y = 0; y < side; y++) {
      const from = channel * area + Math.min(side - 1, Math.max(0, y - change.down)) * side;
      const to = channel * area + y * side;
      for (let x = 0; x < side; x++) {
        into[to + x] = factor * (picture[from + (columns[x] as number)] as number) + term;
      }
    }
  }
}
