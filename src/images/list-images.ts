import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import { listingHash } from "../results/listing-hash.ts";
import type { ListingRow } from "../results/schema.ts";
import { isMetadata, type Metadata, readMetadata } from "./metadata.ts";

/** Larger files are not even read: the largest image that is decoded has 100 megapixels. */
export const maxFileBytes = 512 * 1024 * 1024;

/** The images of a folder in the order of a run. */
export interface Listing {
  readonly folder: string;
  /** Every file but the metadata, in order. */
  readonly rows: readonly ListingRow[];
  /** Same bytes as an image that comes before it in the order; by path. */
  readonly duplicates: ReadonlySet<string>;
  readonly labels: readonly string[];
  /** SHA-256 over paths, file hashes and labels in order: identity of the list. */
  readonly hash: string;
  readonly notes: readonly string[];
}

/**
 * Lists a folder in the order of hash(seed, file bytes), which depends neither on names nor on shards. Of files with
 * equal bytes the first by path comes first. `progress` is told how many files were read. Errors: CfalignError("input")
 * for a folder that is missing or empty.
 */
export async function listImages(
  folder: string,
  seed: number,
  progress: (done: number, total: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Listing> {
  const { files } = platform;
  const { paths, metadata } = await filesOf(folder);
  let done = 0;
  const keyed = await inParallel(paths, 8, async (image) => {
    if (signal?.aborted) throw new CfalignError("interrupted", "interrupted while the images were listed");
    const path = files.join(folder, image);
    const size = (await files.size(path)) ?? 0;
    const sha256 = size > maxFileBytes ? null : await hashOfFile(path);
    const key = await hashOf(`${seed}\n${sha256 ?? `${size} bytes`}`);
    progress(++done, paths.length);
    return { key, image, sha256 };
  });
  keyed.sort((a, b) => compare(a.key, b.key) || compare(a.image, b.image));
  return inOrder(folder, keyed, metadata);
}

/** What a server that labels a folder holds it with: pictures are the same while it runs. */
const lockFile = "lock.json";

/** The files of a folder that are to be listed, and what its metadata says of them. Errors: as `listImages`. */
export async function filesOf(
  folder: string,
): Promise<{ readonly paths: readonly string[]; readonly metadata: Metadata }> {
  const listed = await platform.files.list(folder);
  const metadata = await readMetadata(folder, listed);
  const paths = listed.filter((path) => !isMetadata(path) && path !== lockFile);
  if (paths.length > 0) return { paths, metadata };
  throw new CfalignError("input", `"${folder}": expected a folder with images, found no files in it`, {
    where: folder,
  });
}

/** The listing of files whose order and hashes are known. */
export async function inOrder(
  folder: string,
  ordered: readonly Pick<ListingRow, "image" | "sha256">[],
  metadata: Metadata,
): Promise<Listing> {
  const rows = ordered.map(({ image, sha256 }, position) => ({
    image,
    sha256,
    position,
    labels: metadata.labels.get(image) ?? {},
  }));
  const duplicates = new Set(
    rows.filter(({ sha256 }, i) => sha256 !== null && rows[i - 1]?.sha256 === sha256).map(({ image }) => image),
  );
  return {
    folder,
    rows,
    duplicates,
    labels: metadata.columns,
    hash: await listingHash(rows),
    notes: metadata.notes,
  };
}

/** The first images of a listing as a listing of their own: a random sample of all. */
export async function firstImages(listing: Listing, count: number): Promise<Listing> {
  const rows = listing.rows.slice(0, count);
  return { ...listing, rows, hash: await listingHash(rows) };
}

/** null for a file that cannot be read: it is dropped, and does not stop the run. */
async function hashOfFile(path: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await platform.files.read(path);
  } catch (error) {
    if (error instanceof CfalignError && error.code === "input") return null;
    throw error;
  }
  return platform.sha256(bytes);
}

function hashOf(text: string): Promise<string> {
  return platform.sha256(new TextEncoder().encode(text));
}

// Not localeCompare: the order must be the same everywhere.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
