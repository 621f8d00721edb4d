import type { Tensor } from "../base/tensor.ts";
import type { ListingRow } from "../results/schema.ts";
import { type ImageSource, loadImages } from "./image-source.ts";
import type { Listing } from "./list-images.ts";

/** Pictures that are decoded at a time. */
const atATime = 64;

/** A file that could be decoded. */
interface LoadedPicture {
  readonly image: string;
  /** [1, c, h, w] in [0, 1], at the autoencoder's size. */
  readonly pixels: Tensor;
  readonly labels: ListingRow["labels"];
}

/** Some files of a listing as pictures, all of them in their order or some by their names; what cannot be decoded is left out. */
export function pictureSource(listing: Listing, rows: readonly ListingRow[], source: ImageSource) {
  const loaded = async (some: readonly ListingRow[]): Promise<LoadedPicture[]> =>
    (await loadImages(listing, some, source)).flatMap(({ row: { image, labels }, pixels }) =>
      pixels === undefined ? [] : [{ image, pixels, labels }],
    );
  return {
    async *all() {
      for (let start = 0; start < rows.length; start += atATime) yield loaded(rows.slice(start, start + atATime));
    },
    some(images: readonly string[]) {
      const wanted = new Set(images);
      return loaded(rows.filter(({ image }) => wanted.has(image)));
    },
  };
}
