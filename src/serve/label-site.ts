import { type Labelling, type LabellingOptions, openLabelling } from "../label/labelling.ts";
import { pageFiles } from "./built-page.ts";
import type { Site } from "./site.ts";
import { madeFile, type SiteFile } from "./site-file.ts";

/**
 * The Label page with the pictures of a folder in small, by place (`pictures/0.webp`), and what answers it. Errors: as `openLabelling`;
 * CfalignError("runtime") without a built page.
 */
export async function labelSite(
  folder: string,
  options: LabellingOptions,
): Promise<{ readonly site: Site; readonly labelling: Labelling }> {
  const page = await pageFiles("label");
  const labelling = await openLabelling(folder, options);
  const site = new Map<string, SiteFile>(page);
  for (const place of labelling.pictures.keys()) {
    site.set(
      `pictures/${place}.webp`,
      madeFile("image/webp", () => labelling.thumbnail(place)),
    );
  }
  return { site, labelling };
}
