import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { platform } from "#platform";
import type { Thumbnail } from "../../src/alignment/thumbnails.ts";
import { readThumbnails, thumbnailStore, tiled, tileOf, writeThumbnails } from "../../src/results/thumbnail-sheets.ts";
import { temporaryFolder } from "../run/small-world.ts";

/** 70 plain tiles: more than one line of a sheet. */
const tiles = Array.from({ length: 70 }, (_, place): Thumbnail => {
  const data = new Uint8Array(3 * 16 * 16).fill(3 * place);
  return {
    image: `${place}.png`,
    base: place < 20 ? null : "a/b 'c'",
    pixels: { data, width: 16, height: 16, channels: 3 },
  };
});

async function run(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "pictures"));
  return folder;
}

/** JPEG is lossy. */
function expectPlain(data: Uint8Array, level: number): void {
  expect(data.length).toBe(3 * 16 * 16);
  expect(Math.max(...data.map((value) => Math.abs(value - level)))).toBeLessThanOrEqual(3);
}

test("thumbnails are read back from their sheet, each in its place", async () => {
  const folder = await run();
  const sheet = await readThumbnails(folder, (await writeThumbnails(folder, "sheet", tiles)) ?? "");
  expect(sheet.tiles).toEqual(tiles.map(({ image, base }) => ({ image, base })));
  tiles.forEach((_, place) => {
    expectPlain(tileOf(sheet, sheet.pixels, place).data, 3 * place);
  });
});

test("those of several runs are found by image and base, with what they started from", async () => {
  const [first, second] = [await run(), await run()];
  const based = tiles.map((tile) => ({ ...tile, base: "b" }));
  const [one, other] = [based.slice(0, 30), based.slice(30)];
  const before = { ...(tiles[69] as Thumbnail), image: "5.png", base: null };
  const store = await thumbnailStore([
    { path: first, thumbnails: [(await writeThumbnails(first, "one", [before, ...one])) ?? ""] },
    { path: second, thumbnails: [(await writeThumbnails(second, "other", other)) ?? ""] },
  ]);
  const taken = await store.take(["40.png", "5.png", "none.png"].map((image) => ({ image, base: "b" })));
  expect(taken.map(({ image, base }) => [image, base])).toEqual([
    ["5.png", null],
    ["40.png", "b"],
    ["5.png", "b"],
  ]);
  [207, 120, 15].forEach((level, place) => {
    expectPlain(taken[place]?.pixels.data as Uint8Array, level);
  });
});

test("no thumbnails are no sheet", async () => {
  expect(await writeThumbnails(await run(), "none", [])).toBeUndefined();
});

test("a tile keeps the colours of its border beside neighbours of other colours, whatever its size", async () => {
  const [width, height] = [29, 14];
  const colours = [
    [230, 30, 30],
    [20, 40, 220],
    [30, 200, 40],
  ] as const;
  const coloured = Array.from({ length: 70 }, (_, place): Thumbnail => {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => colours[place % 3]?.[at % 3] ?? 0);
    return { image: `${place}.png`, base: "b", pixels: { data, width, height, channels: 3 } };
  });
  /** Largest error of a tile's pixels: plain ones have no other than what comes from beside. */
  const errorOf = (own: Uint8Array, place: number): number =>
    own.reduce((most, value, at) => Math.max(most, Math.abs(value - (colours[place % 3]?.[at % 3] ?? 0))), 0);
  const folder = await run();
  const sheet = await readThumbnails(folder, (await writeThumbnails(folder, "sheet", coloured)) ?? "");
  const errors = coloured.map((_, place) => errorOf(tileOf(sheet, sheet.pixels, place).data, place));
  expect(Math.max(...errors)).toBeLessThanOrEqual(6);
  // Without cells of their own the same JPEG mixes them.
  const layout = { width, height, columns: 32 };
  const close = tiled(
    coloured.map(({ pixels }) => pixels),
    layout,
  );
  const mixed = await platform.decodeImage(await platform.encodeImage(close, "jpeg", 80));
  expect(Math.max(...coloured.map((_, place) => errorOf(tileOf(layout, mixed, place).data, place)))).toBeGreaterThan(
    60,
  );
});
