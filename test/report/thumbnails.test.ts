import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type BaseImages, cellImages } from "../../src/report/cell-images.ts";
import type { ReportParts } from "../../src/report/report-data.ts";
import { fitThumbnails } from "../../src/report/thumbnails.ts";
import { exampleParts } from "./example.ts";
import { exampleThumbnails } from "./example-thumbnails.ts";

let parts: ReportParts;
let behind: readonly BaseImages[];
const random = createRandom("thumbnails");

/** Tiles that do not compress to nothing. */
const noisy = () =>
  exampleThumbnails(parts.run).map((tile) => ({
    ...tile,
    pixels: { ...tile.pixels, data: tile.pixels.data.map((value) => Math.floor(value * random.uniform())) },
  }));

beforeAll(() => {
  parts = exampleParts({ images: 60, keep: 0, bases: 6 });
  behind = cellImages(parts.run, parts.matrix.minBaseChange);
}, 120_000);

describe("the thumbnails of a report", () => {
  test("are all there where there is room, one of every counterfactual and of what it started from", async () => {
    const fitted = await fitThumbnails(noisy(), behind, 1e8);
    expect(fitted?.omitted).toBe(0);
    for (const { base, images } of fitted?.after ?? []) {
      const own = parts.run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
      expect([...images].toSorted()).toEqual(own.toSorted());
    }
    const before = new Set(parts.run.counterfactuals.map(({ image }) => image));
    expect(new Set(fitted?.before.images)).toEqual(before);
  });

  test("keep to the room that they have, those that moved a classifier most first, and say how many they are not", async () => {
    const tiles = noisy();
    const whole = await fitThumbnails(tiles, behind, 1e8);
    const size = (fitted: typeof whole): number =>
      [fitted?.before, ...(fitted?.after ?? [])].reduce((sum, sheet) => sum + (sheet?.source.length ?? 0), 0);
    const room = size(whole) / 4;
    const fewer = await fitThumbnails(tiles, behind, room);
    expect(size(fewer)).toBeLessThanOrEqual(room);
    const left = fewer?.after.reduce((sum, { images }) => sum + images.length, 0) ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(fewer?.omitted).toBe(parts.run.counterfactuals.length - left);
    expect(fewer?.omitted).toBeGreaterThan(0);
    const [first] = fewer?.after ?? [];
    const moved = (image: string): number =>
      Math.max(
        ...parts.run.changes
          .filter((row) => row.base === first?.base && row.image === image)
          .map(({ relativeChange }) => Math.abs(relativeChange ?? 0)),
      );
    const own = parts.run.counterfactuals.filter(({ base }) => base === first?.base).map(({ image }) => image);
    const out = own.filter((image) => !first?.images.includes(image));
    expect(Math.min(...(first?.images ?? []).map(moved))).toBeGreaterThanOrEqual(Math.max(0, ...out.map(moved)));
  });

  test("are none where there is no room, and of a run that kept none", async () => {
    expect(await fitThumbnails(noisy(), behind, 50)).toBeUndefined();
    expect(await fitThumbnails([], behind, 1e8)).toBeUndefined();
  });
});
