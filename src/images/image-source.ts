import { platform } from "#platform";
import type { ImageRow } from "../alignment/rows.ts";
import { CfalignError } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Autoencoder } from "../models/types.ts";
import type { ListingRow } from "../results/schema.ts";
import { type DropReason, decodeForRun } from "./decode.ts";
import { type Listing, maxFileBytes } from "./list-images.ts";

/** Files that are decoded at a time: decoders have threads of their own. */
const decoders = 4;

/** What images are read for. */
export interface ImageSource {
  readonly autoencoder: Autoencoder;
  readonly signal: AbortSignal;
}

/** One file of the list as it was found: its row, and its pixels at the autoencoder's size unless it was dropped. */
export interface LoadedImage {
  readonly row: ImageRow;
  readonly pixels?: Tensor;
}

/** What decoding needs of a source: the size that pictures are brought to. */
interface DecodingSource {
  readonly autoencoder: Pick<Autoencoder, "image" | "pictures">;
  readonly signal: AbortSignal;
}

/** Reads and decodes some files of the list, in order. Errors: CfalignError("input") for a file that changed since it was listed. */
export function loadImages(
  listing: Listing,
  rows: readonly ListingRow[],
  source: DecodingSource,
): Promise<LoadedImage[]> {
  return inParallel(rows, decoders, async (row) => {
    if (source.signal.aborted) throw new CfalignError("interrupted", "interrupted while images were read");
    const dropped = (dropReason: DropReason): LoadedImage => ({
      row: { ...row, width: null, height: null, dropReason, clampedShare: null },
    });
    const path = platform.files.join(listing.folder, row.image);
    if (row.sha256 === null) {
      return dropped(((await platform.files.size(path)) ?? 0) > maxFileBytes ? "too-large" : "unreadable");
    }
    if (listing.duplicates.has(row.image)) return dropped("duplicate");
    const bytes = await platform.files.read(path);
    if ((await platform.sha256(bytes)) !== row.sha256) {
      throw new CfalignError("input", `"${path}" changed while the run was going: align again`, { where: path });
    }
    const { image, pictures } = source.autoencoder;
    const key = pictures === undefined ? "" : `${row.sha256}/${JSON.stringify(image)}`;
    const decoded = pictures?.find(key) ?? (await decodeForRun(bytes, image));
    if ("dropReason" in decoded) return dropped(decoded.dropReason);
    pictures?.keep(key, decoded);
    const { pixels, width, height } = decoded;
    return { row: { ...row, width, height, dropReason: null, clampedShare: null }, pixels };
  });
}
