import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import { filesOf, inOrder, type Listing, listImages } from "../images/list-images.ts";
import { parseJson } from "../results/parse-json.ts";

const fileSchema = z.object({
  format: z.literal("cfalign-listing"),
  formatVersion: z.literal(1),
  /** Of the order. */
  seed: z.number().int(),
  /** Identity of the list, its labels included. */
  hash: z.string(),
  /** In the order of the run. */
  images: z.array(z.object({ image: z.string(), sha256: z.string().nullable(), bytes: z.number().int() })),
});
type ListingFile = z.infer<typeof fileSchema>;

/** How a folder is listed for several runs. */
export interface SharedListing {
  /** Of the order of images. */
  readonly seed: number;
  /** File that holds the list; the folder is hashed, and nothing written, when absent. */
  readonly path?: string | undefined;
  /** Told how many files were hashed; not at all where the list is there. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Lists a folder by a file that another run wrote, or writes it. The folder must hold the files of the list, by names and sizes, and
 * the same labels; their bytes are not hashed again. Errors: CfalignError("input") for a list of another folder, seed or state.
 */
export async function sharedListing(folder: string, { seed, path, progress, signal }: SharedListing): Promise<Listing> {
  if (path !== undefined && (await platform.files.exists(path))) return readListing(folder, path, seed);
  const listing = await listImages(folder, seed, progress, signal);
  if (path === undefined) return listing;
  const images = await inParallel(listing.rows, 8, async ({ image, sha256 }) => ({
    image,
    sha256,
    bytes: await sizeOf(folder, image),
  }));
  const file: ListingFile = { format: "cfalign-listing", formatVersion: 1, seed, hash: listing.hash, images };
  await platform.files.write(path, `${JSON.stringify(file)}\n`);
  return listing;
}

async function readListing(folder: string, path: string, seed: number): Promise<Listing> {
  const file = parseJson(fileSchema, await platform.files.read(path), path);
  const refused = (found: string): CfalignError =>
    new CfalignError("input", `${path}: ${found}: delete it, and the folder is listed anew`, { where: path });
  if (file.seed !== seed) throw refused(`expected the order of seed ${seed}, found that of seed ${file.seed}`);
  const { paths, metadata } = await filesOf(folder);
  const [listed, there] = [new Set(file.images.map(({ image }) => image)), new Set(paths)];
  const found = paths.find((image) => !listed.has(image));
  if (found !== undefined) throw refused(`expected every file of "${folder}", "${found}" is not in it`);
  const gone = file.images.find(({ image }) => !there.has(image));
  if (gone !== undefined) throw refused(`expected files of "${folder}", "${gone.image}" is not there`);
  const sizes = await inParallel(file.images, 8, ({ image }) => sizeOf(folder, image));
  const changed = file.images.findIndex(({ bytes }, index) => bytes !== sizes[index]);
  if (changed >= 0) {
    const { image, bytes } = file.images[changed] as ListingFile["images"][number];
    throw refused(`expected "${image}" with ${bytes} bytes, found ${sizes[changed]}`);
  }
  const listing = await inOrder(folder, file.images, metadata);
  if (listing.hash !== file.hash) throw refused(`the labels of "${folder}" are not those that it was made with`);
  return listing;
}

async function sizeOf(folder: string, image: string): Promise<number> {
  return (await platform.files.size(platform.files.join(folder, image))) ?? 0;
}
