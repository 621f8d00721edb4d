import { listImages } from "../../src/images/list-images.ts";
import { readFeature } from "../../src/label/feature-reading.ts";
import { readLabelTable } from "../../src/label/label-table.ts";
import { picturesAsCodes } from "../../src/label/picture-codes.ts";

/** How surely each picture of a folder that is all pictures has a feature, as logits by name, from what its table says. */
export async function readFeatureOf(folder: string, feature: string): Promise<ReadonlyMap<string, number>> {
  const listing = await listImages(folder, 1);
  const codes = await picturesAsCodes(listing, { signal: new AbortController().signal });
  const names = listing.rows.map(({ image }) => image);
  const { marks } = await readLabelTable(folder, ["metadata.csv", ...names]);
  const own = names.map((name) => marks.get(feature)?.get(name) ?? null);
  const { scores } = readFeature(own, { codes, heldOut: Math.floor(0.25 * names.length) });
  return new Map(names.map((name, at) => [name, scores?.[at] ?? 0]));
}
