import { createRandom } from "../../src/base/random.ts";
import type { LabelledPictures } from "../../src/training/labelled-pictures.ts";

/** Noise, with a bright square at a place of its own where `patch` is 1 and a green tint where `tint` is; every fifth picture has no label for `tint`. */
export function plantedPictures(count: number, side: number, seed = 1): LabelledPictures {
  const random = createRandom(`planted/${seed}`);
  const area = side * side;
  const pixels = new Uint8Array(count * 3 * area);
  const labels = Array.from({ length: count }, (_, picture) => {
    const [patch, tint] = [random.integer(2), random.integer(2)];
    const [left, top] = [random.integer(side - 4), random.integer(side - 4)];
    for (let channel = 0; channel < 3; channel++) {
      for (let place = 0; place < area; place++) {
        const [x, y] = [place % side, Math.floor(place / side)];
        const inside = x >= left && x < left + 4 && y >= top && y < top + 4;
        const level = 60 + 60 * random.uniform() + (patch && inside ? 90 : 0) + (tint && channel === 1 ? 25 : 0);
        pixels[(picture * 3 + channel) * area + place] = level;
      }
    }
    return picture % 5 === 0 ? { patch } : { patch, tint };
  }) as readonly Readonly<Record<string, number>>[];
  return { side, count, pixels, labels };
}
