import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { batchesOf } from "../../src/training/batches.ts";
import type { LabelledPictures } from "../../src/training/labelled-pictures.ts";

const side = 2;
/** Picture i has the level i everywhere, and its label tells whether i is odd; every third has none. */
const pictures: LabelledPictures = {
  side,
  count: 10,
  pixels: Uint8Array.from({ length: 10 * 12 }, (_, i) => Math.floor(i / 12)),
  labels: Array.from({ length: 10 }, (_, i) => (i % 3 === 0 ? {} : { odd: i % 2 })) as LabelledPictures["labels"],
};
const source = {
  pictures,
  targets: ["odd"],
  learned: [2, 3, 4, 5, 6, 7, 8],
  levels: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  augmentation: { flips: true, shift: 0, colour: 0 },
  batch: 3,
} as const;

describe("batches", () => {
  test("have every picture once before any twice, across the ends of batches", () => {
    const next = batchesOf(source, createRandom(1));
    const seen: number[] = [];
    for (let batch = 0; batch < 7; batch++) {
      const { data, dims } = next().pictures;
      expect(dims).toEqual([3, 3, side, side]);
      for (let i = 0; i < 3; i++) seen.push(Math.round(data[12 * i] as number));
    }
    for (let epoch = 0; epoch < 3; epoch++) {
      expect(seen.slice(7 * epoch, 7 * epoch + 7).sort()).toEqual([...source.learned]);
    }
    expect(seen.slice(0, 7)).not.toEqual(seen.slice(7, 14));
  });

  test("carry each picture's label, which counts nothing where it is missing", () => {
    const next = batchesOf(source, createRandom(2));
    for (let batch = 0; batch < 5; batch++) {
      const { pictures: shown, labels, importance } = next();
      for (let i = 0; i < 3; i++) {
        const picture = Math.round(shown.data[12 * i] as number);
        const isKnown = picture % 3 !== 0;
        expect([labels.data[i], (importance.data[i] as number) > 0]).toEqual([isKnown ? picture % 2 : 0, isKnown]);
      }
    }
  });
});
