import { z } from "zod";
import { platform } from "#platform";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import type { Pixels } from "../platform/platform.ts";
import { chunkName, type Shard } from "./chunks.ts";
import { parseJson } from "./parse-json.ts";

/** Thumbnails of a chunk in one picture. File `pictures/<name>.json`, the picture beside it. */
const thumbnailSheet = z.object({
  /** A JPEG with the tiles row by row. */
  sheet: z.string().regex(/^[\w-]+\.jpg$/),
  /** Size of a tile in pixels. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** What each tile has for itself around its middle; no more than its size in sheets of older versions. */
  cell: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }).optional(),
  /** What each tile shows: the counterfactual of a base, or the reconstruction of an image. */
  tiles: z.array(z.object({ image: z.string(), base: z.string().nullable() })),
});
export type ThumbnailSheet = z.infer<typeof thumbnailSheet>;

/** Counterfactuals of a base from which on no more are kept in small; the rest of its last chunk still is. */
export const mostThumbnails = 1000;

const folder = "pictures";
const columns = 32;
const quality = 80;
/** JPEG shares colours over so many pixels, and smooths them over the next two when it is read. */
const [block, margin] = [16, 2];

/** How tiles lie in a picture. */
type Layout = Pick<ThumbnailSheet, "width" | "height" | "columns" | "cell">;

/** Name of the sheet of a chunk; a chunk that a larger limit added to has several. */
export function sheetName(shard: Shard, chunk: number, generation: number): string {
  return `thumbnails-${chunkName(shard, chunk)}-${generation}`;
}

/** Writes the thumbnails of a chunk as one picture; returns the description's file below the run's folder, undefined without any. name: of the files. */
export async function writeThumbnails(
  run: string,
  name: string,
  thumbnails: readonly Thumbnail[],
): Promise<string | undefined> {
  const { files } = platform;
  const first = thumbnails[0]?.pixels;
  if (first === undefined) return undefined;
  const { width, height } = first;
  const description: ThumbnailSheet = {
    sheet: `${name}.jpg`,
    width,
    height,
    columns: Math.min(columns, thumbnails.length),
    cell: { width: cellOf(width), height: cellOf(height) },
    tiles: thumbnails.map(({ image, base }) => ({ image, base })),
  };
  const pictures = thumbnails.map(({ pixels }) => pixels);
  const sheet = await platform.encodeImage(tiled(pictures, description), "jpeg", quality);
  await files.write(files.join(run, folder, description.sheet), sheet);
  await files.write(files.join(run, folder, `${name}.json`), JSON.stringify(thumbnailSheet.parse(description)));
  return `${folder}/${name}.json`;
}

async function readDescription(run: string, file: string): Promise<ThumbnailSheet> {
  const path = platform.files.join(run, file);
  return parseJson(thumbnailSheet, await platform.files.read(path), path);
}

/** Reads the description of a chunk's thumbnails and their picture. */
export async function readThumbnails(run: string, file: string): Promise<ThumbnailSheet & { readonly pixels: Pixels }> {
  const { files } = platform;
  const description = await readDescription(run, file);
  const pixels = await platform.decodeImage(await files.read(files.join(run, folder, description.sheet)));
  return { ...description, pixels };
}

/** The thumbnails of several runs, to be taken a few at a time. */
export interface ThumbnailStore {
  /** Those of some counterfactuals that were kept, in their order, after those of what they started from. */
  take(counterfactuals: readonly { readonly image: string; readonly base: string }[]): Promise<readonly Thumbnail[]>;
}

/** Looks up the thumbnails of runs. Sheets are held as long as what is taken comes from them. */
export async function thumbnailStore(
  runs: readonly { readonly path: string; readonly thumbnails: readonly string[] }[],
): Promise<ThumbnailStore> {
  const keyOf = (base: string | null, image: string): string => JSON.stringify([base, image]);
  const places = new Map<string, { readonly run: string; readonly file: string; readonly place: number }>();
  for (const { path, thumbnails } of runs) {
    for (const file of thumbnails) {
      const { tiles } = await readDescription(path, file);
      for (const [place, { base, image }] of tiles.entries())
        places.set(keyOf(base, image), { run: path, file, place });
    }
  }
  let held = new Map<string, Awaited<ReturnType<typeof readThumbnails>>>();
  return {
    async take(counterfactuals) {
      const own = counterfactuals.filter(({ base, image }) => places.has(keyOf(base, image)));
      const before = [...new Set(own.map(({ image }) => image))].map((image) => ({ image, base: null }));
      const sheets: typeof held = new Map();
      const taken: Thumbnail[] = [];
      for (const { image, base } of [...before, ...own]) {
        const at = places.get(keyOf(base, image));
        if (at === undefined) continue;
        const path = platform.files.join(at.run, at.file);
        const sheet = sheets.get(path) ?? held.get(path) ?? (await readThumbnails(at.run, at.file));
        sheets.set(path, sheet);
        taken.push({ image, base, pixels: tileOf(sheet, sheet.pixels, at.place) });
      }
      held = sheets;
      return taken;
    },
  };
}

/** Whole blocks that hold a tile's side and its margins, so that JPEG mixes no tile with its neighbours. */
function cellOf(side: number): number {
  return block * Math.ceil((side + 2 * margin) / block);
}

/** Pictures of one size as one, row by row, each in the middle of its cell, which its outer pixels fill. */
export function tiled(pictures: readonly Pixels[], layout: Layout): Pixels {
  const { width, height, columns, cell = { width, height } } = layout;
  const wide = cell.width * columns;
  const tall = cell.height * Math.ceil(pictures.length / columns);
  const data = new Uint8Array(3 * wide * tall);
  const [before, above] = [marginOf(cell.width, width), marginOf(cell.height, height)];
  pictures.forEach((picture, place) => {
    const left = cell.width * (place % columns);
    const top = cell.height * Math.floor(place / columns);
    for (let y = 0; y < cell.height; y++) {
      const from = 3 * width * Math.min(height - 1, Math.max(0, y - above));
      const line = picture.data.subarray(from, from + 3 * width);
      const to = 3 * (wide * (top + y) + left);
      for (let x = 0; x < before; x++) data.set(line.subarray(0, 3), to + 3 * x);
      data.set(line, to + 3 * before);
      for (let x = before + width; x < cell.width; x++) data.set(line.subarray(-3), to + 3 * x);
    }
  });
  return { data, width: wide, height: tall, channels: 3 };
}

/** One tile of a sheet as a picture of its own. */
export function tileOf(layout: Layout, pixels: Pixels, place: number): Pixels {
  const { width, height, columns, cell = { width, height } } = layout;
  const left = cell.width * (place % columns) + marginOf(cell.width, width);
  const top = cell.height * Math.floor(place / columns) + marginOf(cell.height, height);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * (pixels.width * (top + y) + left);
    data.set(pixels.data.subarray(from, from + 3 * width), 3 * width * y);
  }
  return { data, width, height, channels: 3 };
}

function marginOf(cell: number, side: number): number {
  return Math.floor((cell - side) / 2);
}
