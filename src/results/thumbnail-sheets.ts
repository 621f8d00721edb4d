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
  /** What each tile shows: the counterfactual of a base, or the reconstruction of an image. */
  tiles: z.array(z.object({ image: z.string(), base: z.string().nullable() })),
});
export type ThumbnailSheet = z.infer<typeof thumbnailSheet>;

/** Counterfactuals of a base from which on no more are kept in small; the rest of its last chunk still is. */
export const mostThumbnails = 1000;

const folder = "pictures";
const columns = 32;
const quality = 80;

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

/** Pictures of one size as one, row by row. */
export function tiled(
  pictures: readonly Pixels[],
  { width, height, columns }: Pick<ThumbnailSheet, "width" | "height" | "columns">,
): Pixels {
  const wide = width * columns;
  const tall = height * Math.ceil(pictures.length / columns);
  const data = new Uint8Array(3 * wide * tall);
  pictures.forEach((picture, place) => {
    const left = 3 * width * (place % columns);
    const top = height * Math.floor(place / columns);
    for (let y = 0; y < height; y++) {
      data.set(picture.data.subarray(3 * width * y, 3 * width * (y + 1)), 3 * wide * (top + y) + left);
    }
  });
  return { data, width: wide, height: tall, channels: 3 };
}

/** One tile of a sheet as a picture of its own. */
export function tileOf(
  sheet: Pick<ThumbnailSheet, "width" | "height" | "columns">,
  pixels: Pixels,
  place: number,
): Pixels {
  const { width, height, columns } = sheet;
  const left = 3 * width * (place % columns);
  const top = height * Math.floor(place / columns);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * pixels.width * (top + y) + left;
    data.set(pixels.data.subarray(from, from + 3 * width), 3 * width * y);
  }
  return { data, width, height, channels: 3 };
}
