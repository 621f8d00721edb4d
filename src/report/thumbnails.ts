import { platform } from "#platform";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import { base64 } from "../pictures/base64.ts";
import { smallPixels } from "../platform/box-means.ts";
import type { OpenRun } from "../results/open-run.ts";
import { readThumbnails, tiled, tileOf } from "../results/thumbnail-sheets.ts";
import type { BaseImages } from "./cell-images.ts";
import type { Tiles } from "./data.ts";

/** Tiles with the names of their images. */
export interface NamedTiles extends Omit<Tiles, "images"> {
  readonly images: readonly string[];
}

/** The thumbnails that a report holds. */
export interface FittedThumbnails {
  readonly before: NamedTiles;
  readonly after: readonly (NamedTiles & { readonly base: string })[];
  /** Counterfactuals whose thumbnails did not fit. */
  readonly omitted: number;
}

/** How thumbnails can be made smaller, best first: longest side in pixels, quality, and bytes beside those of the first. */
const levels = [
  { side: 64, quality: 75, share: 1 },
  { side: 48, quality: 68, share: 0.56 },
  { side: 40, quality: 60, share: 0.37 },
  { side: 32, quality: 50, share: 0.24 },
] as const;

/** Thumbnails of a run; none where it kept none. */
export async function runThumbnails(run: OpenRun): Promise<readonly Thumbnail[]> {
  const thumbnails: Thumbnail[] = [];
  for (const file of run.thumbnails) {
    const sheet = await readThumbnails(run.path, file);
    sheet.tiles.forEach((tile, place) => {
      thumbnails.push({ ...tile, pixels: tileOf(sheet, sheet.pixels, place) });
    });
  }
  return thumbnails;
}

/**
 * Thumbnails of as many counterfactuals as fit into a number of characters: all of them smaller and coarser first, then fewer,
 * those whose images moved a classifier most before the others. undefined where there are none, or none fit.
 */
export async function fitThumbnails(
  thumbnails: readonly Thumbnail[],
  behind: readonly BaseImages[],
  room: number,
): Promise<FittedThumbnails | undefined> {
  const find = new Map(thumbnails.map((one) => [keyOf(one.base, one.image), one]));
  const wanted = behind.map(({ base, counterfactuals, cells }) => {
    const movement = new Map(counterfactuals.map(({ image }) => [image, largest(cells(image))]));
    const images = counterfactuals.filter(({ image }) => find.has(keyOf(base, image))).map(({ image }) => image);
    return { base, images: images.toSorted((a, b) => (movement.get(b) ?? 0) - (movement.get(a) ?? 0)) };
  });
  const all = wanted.reduce((sum, { images }) => sum + images.length, 0);
  if (all === 0) return undefined;
  let first: number | undefined;
  for (const [at, { side, quality, share }] of levels.entries()) {
    if (first !== undefined && first * share > room && at < levels.length - 1) continue;
    const made = await drawn(wanted, find, { side, quality });
    const size = sizeOf(made);
    if (size <= room) return { ...made, omitted: 0 };
    first ??= size / share;
  }
  const smallest = levels[levels.length - 1] as (typeof levels)[number];
  const most = Math.max(...wanted.map(({ images }) => images.length));
  // A little below what the sizes so far promise, since the images that move most need the most bytes.
  for (let count = most; count >= 1; ) {
    const fewer = wanted.map(({ base, images }) => ({ base, images: images.slice(0, count) }));
    const made = await drawn(fewer, find, smallest);
    const size = sizeOf(made);
    const left = fewer.reduce((sum, { images }) => sum + images.length, 0);
    if (size <= room) return { ...made, omitted: all - left };
    count = Math.min(count - 1, Math.floor((0.95 * count * room) / size));
  }
  return undefined;
}

function keyOf(base: string | null, image: string): string {
  return JSON.stringify([base, image]);
}

/** How far the classifier that moved most moved. */
function largest(cells: ReturnType<BaseImages["cells"]>): number {
  return Math.max(0, ...cells.map((cell) => (cell?.used ? Math.abs(cell.relativeChange ?? 0) : 0)));
}

async function drawn(
  wanted: readonly { readonly base: string; readonly images: readonly string[] }[],
  find: ReadonlyMap<string, Thumbnail>,
  level: { readonly side: number; readonly quality: number },
): Promise<Omit<FittedThumbnails, "omitted">> {
  const sheet = async (base: string | null, images: readonly string[]): Promise<NamedTiles> => {
    const tiles = images.flatMap((image) => find.get(keyOf(base, image)) ?? []);
    const small = tiles.map(({ pixels }) => smallPixels(pixels, level.side));
    const { width, height } = small[0] ?? { width: 1, height: 1 };
    const columns = Math.max(1, Math.ceil(Math.sqrt(small.length)));
    const pixels = tiled(small, { width, height, columns });
    const bytes = await platform.encodeImage(pixels, "webp", level.quality);
    const source = `data:image/webp;base64,${base64(bytes)}`;
    return { width, height, columns, source, images: tiles.map(({ image }) => image) };
  };
  const own = wanted.filter(({ images }) => images.length > 0);
  // Encoders have threads of their own.
  const [before, ...after] = await Promise.all([
    sheet(null, [...new Set(own.flatMap(({ images }) => images))]),
    ...own.map(async ({ base, images }) => ({ base, ...(await sheet(base, images)) })),
  ]);
  return { before, after };
}

function sizeOf({ before, after }: Omit<FittedThumbnails, "omitted">): number {
  return [before, ...after].reduce((sum, { source, images }) => sum + source.length + 6 * images.length + 100, 0);
}
