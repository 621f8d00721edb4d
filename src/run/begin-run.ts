import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { latentSample, latentScaleOf } from "../counterfactual/latent-scale.ts";
import type { Listing } from "../images/list-images.ts";
import { readCommits } from "../results/commit.ts";
import { assertSameRun, listingDifference } from "../results/identity.ts";
import { missingChunks } from "../results/missing-chunks.ts";
import { listingFile, readListing } from "../results/open-run.ts";
import { writePart } from "../results/parts.ts";
import { isRun, type RunFile, readRunFile, writeRunFile } from "../results/run-file.ts";
import { assertFree, prepareFolders } from "../results/run-folder.ts";
import { type Share, shareOf } from "../results/share.ts";
import type { RunImages } from "./run-images.ts";

/**
 * Starts a run in a folder or takes one up again: afterwards `run.json`, the list of images and the folders are there.
 * wanted: the run as it would be written anew. Errors: CfalignError("usage") when another run is there.
 */
export async function beginRun(
  out: string,
  wanted: Omit<RunFile, "latentScale">,
  { listing, images }: { readonly listing: Listing; readonly images: RunImages },
): Promise<RunFile> {
  const { files } = platform;
  if (!(await isRun(out))) {
    await assertFree(out);
    const sample = await images.first(latentSample);
    if (sample.length === 0) {
      throw new CfalignError(
        "input",
        `"${wanted.images.folder}": expected images, found none that can be used among ${listing.rows.length} files (PNG, JPEG, WebP, GIF and TIFF can be)`,
        { where: listing.folder },
      );
    }
    const latentScale = latentScaleOf(sample) ?? null;
    const share = shareOf(wanted.shard, wanted.options.limit);
    const file: RunFile = { ...wanted, ...(share === undefined ? {} : { share }), latentScale };
    await prepareFolders(out);
    await writeRunFile(out, file);
    return withListing(out, file, listing);
  }
  const there = await readRunFile(out);
  const hasListing = await files.exists(files.join(out, listingFile));
  if (hasListing) {
    const old = await readListing(out, there);
    assertSameRun(out, { there, now: { ...there, ...wanted } }, () => listingDifference(old, listing.rows));
  } else {
    assertSameRun(out, { there, now: { ...there, ...wanted } });
  }
  await prepareFolders(out);
  const larger = wanted.options.limit !== there.options.limit;
  const lost = missingChunks(there, await readCommits(out, there.shard)).length > 0;
  const { share: old, ...rest } = there;
  const share = larger ? grown(old, shareOf(there.shard, wanted.options.limit)) : old;
  const file: RunFile = {
    ...rest,
    ...(share === undefined ? {} : { share }),
    options: wanted.options,
    // A larger limit opens a finished run again, and so does a chunk that is gone.
    finishedAt: larger || lost ? null : there.finishedAt,
  };
  if (larger || lost) await writeRunFile(out, file);
  return hasListing ? file : withListing(out, file, listing);
}

/** Writes the list of images, and down in `run.json` what its bytes hash to. */
export async function withListing(out: string, file: RunFile, { rows }: Pick<Listing, "rows">): Promise<RunFile> {
  const { sha256 } = await writePart(platform.files.join(out, listingFile), "listing", rows);
  const made = { ...file, listingFile: { sha256 } };
  await writeRunFile(out, made);
  return made;
}

/** The share under a larger limit; a shard that takes all of its limit goes on to do so. */
function grown(old: Share | undefined, share: Share | undefined): Share | undefined {
  return old === undefined || share === undefined ? undefined : { ...old, counterfactuals: share.counterfactuals };
}
