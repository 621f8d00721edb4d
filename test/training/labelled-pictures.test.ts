import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listImages } from "../../src/images/list-images.ts";
import { levelsOf, readPictures } from "../../src/training/labelled-pictures.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { plantedPictures } from "./planted.ts";
import { plantedFolder } from "./planted-folder.ts";

const signal = new AbortController().signal;

describe("pictures that are learned from", () => {
  test("are the files' own pixels and labels, in the order of the list", async () => {
    const folder = join(await temporaryFolder(), "own");
    await plantedFolder(folder, 20, 16);
    const drawn = plantedPictures(20, 16);
    const listing = await listImages(folder, 1);
    const told: number[] = [];
    const options = { side: 16, frame: undefined, most: 12, signal };
    const read = await readPictures(listing, { ...options, progress: (done) => told.push(done) });
    expect([read.count, read.labels.length, told.at(-1)]).toEqual([12, 12, 12]);
    for (const [place, { image }] of listing.rows.slice(0, 12).entries()) {
      const index = Number(/\d+/.exec(image)?.[0]);
      const size = 3 * 16 * 16;
      expect(read.pixels.slice(place * size, (place + 1) * size)).toEqual(
        drawn.pixels.slice(index * size, (index + 1) * size),
      );
      expect(read.labels[place]).toEqual(drawn.labels[index]);
    }
  });

  test("go through the frame of what classifiers are shown", async () => {
    const folder = join(await temporaryFolder(), "framed");
    await plantedFolder(folder, 3, 16);
    const listing = await listImages(folder, 1);
    // A frame of one pixel leaves one colour.
    const frame = { channels: 3, width: 1, height: 1 } as const;
    const { pixels } = await readPictures(listing, { side: 16, frame, most: 3, signal });
    for (let plane = 0; plane < 9; plane++) {
      expect(new Set(pixels.subarray(plane * 256, (plane + 1) * 256)).size).toBe(1);
    }
  });

  test("have the mean and spread of the chosen ones, by channel", () => {
    const pictures = plantedPictures(4, 16);
    const { mean, std } = levelsOf(pictures, [1, 3]);
    for (const channel of [0, 1, 2]) {
      const values = [1, 3].flatMap((picture) => {
        const start = (3 * picture + channel) * 256;
        return [...pictures.pixels.slice(start, start + 256)].map((level) => level / 255);
      });
      const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / values.length;
      expect(mean[channel]).toBeCloseTo(expected, 10);
      expect(std[channel]).toBeCloseTo(Math.sqrt(variance), 10);
    }
  });

  test("of one colour have a spread that can be divided by", () => {
    const grey = { side: 2, count: 1, pixels: new Uint8Array(12).fill(128), labels: [{}] };
    expect(levelsOf(grey, [0]).std).toEqual([1 / 255, 1 / 255, 1 / 255]);
  });
});
