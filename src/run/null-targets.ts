import type { NullTarget } from "../alignment/null-draws.ts";
import { type ImageSource, type LoadedImage, usableImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { filled } from "../models/whole-calls.ts";
import { nullPanelSize } from "../options/run.ts";
import { row } from "../tensor.ts";

/**
 * The first usable images of the order, encoded: the same in every shard. Few, so that many images of a row move towards
 * the same one: only then does their mean show what a direction shared by a row would do.
 */
export async function nullPanel(listing: Listing, source: ImageSource): Promise<readonly NullTarget[]> {
  const found: Required<LoadedImage>[] = [];
  for await (const image of usableImages(listing, source)) {
    found.push(image);
    if (found.length === nullPanelSize) break;
  }
  if (found.length === 0) return [];
  const latents = await source.autoencoder.encode(filled(found.map(({ pixels }) => pixels)));
  return found.map(({ row: { image } }, index) => ({ image, latent: row(latents, index) }));
}

/** What an image moves towards, `draws` others of the panel in turn by its place in the order: the same for every base. */
export function nullTargetsOf(
  { image, position }: { readonly image: string; readonly position: number },
  panel: readonly NullTarget[],
  draws: number,
): readonly NullTarget[] {
  const others = panel.filter((target) => target.image !== image);
  return Array.from(
    { length: Math.min(draws, others.length) },
    (_, draw) => others[(position * draws + draw) % others.length] as NullTarget,
  );
}
