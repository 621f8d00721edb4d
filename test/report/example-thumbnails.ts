import type { Thumbnail } from "../../src/alignment/thumbnails.ts";
import type { RunData } from "../../src/results/run-data.ts";

/** What a tile of the example is painted with: grey by image, and darker after than before. */
export function greyOf(base: string | null, image: string): number {
  return (base === null ? 120 : 20) + (Number.parseInt(image, 10) % 100);
}

/** Plain tiles for all counterfactuals of the example, and for what they started from. */
export function exampleThumbnails(run: RunData): Thumbnail[] {
  const tile = (base: string | null, image: string): Thumbnail => ({
    image,
    base,
    pixels: { data: new Uint8Array(3 * 16 * 16).fill(greyOf(base, image)), width: 16, height: 16, channels: 3 },
  });
  const images = [...new Set(run.counterfactuals.map(({ image }) => image))];
  return [
    ...images.map((image) => tile(null, image)),
    ...run.counterfactuals.map(({ base, image }) => tile(base, image)),
  ];
}
