import type { Thumbnail } from "../alignment/thumbnails.ts";
import { CfalignError } from "../base/errors.ts";
import { suggestion } from "../base/nearest-names.ts";
import type { OpenRun } from "../results/open-run.ts";
import { thumbnailStore } from "../results/thumbnail-sheets.ts";
import { type ModesOptions, modesOf } from "./modes.ts";
import type { PictureChange } from "./picture-change.ts";
import type { Modes } from "./schema.ts";

/** The modes of a classifier with the pictures that they were found in. */
export interface PicturedModes {
  readonly modes: Modes;
  /** In the order of the run. */
  readonly pictures: readonly PictureChange[];
}

/** Counterfactuals with the reconstructions that they started from. */
export function changedPictures(thumbnails: readonly Thumbnail[], base: string): PictureChange[] {
  const before = new Map(thumbnails.flatMap((one) => (one.base === null ? [[one.image, one.pixels] as const] : [])));
  return thumbnails.flatMap((one) => {
    const from = before.get(one.image);
    return one.base !== base || from === undefined ? [] : [{ image: one.image, before: from, after: one.pixels }];
  });
}

/**
 * What lowers a classifier of a run, in kinds: its counterfactuals grouped by what they change (docs/effects.md). Reads the pictures that the run kept in small.
 * Errors: CfalignError("usage") for a classifier that is no base of the run; ("input") for one with fewer than ten counterfactuals with a picture.
 */
export async function runModes(run: OpenRun, base: string, options: ModesOptions = {}): Promise<PicturedModes> {
  if (!run.bases.includes(base)) {
    throw new CfalignError("usage", `the run has no base "${base}"${suggestion(base, run.bases)}`, { where: base });
  }
  const store = await thumbnailStore([run]);
  const own = run.counterfactuals.filter((row) => row.base === base);
  const pictures = changedPictures(await store.take(own), base);
  const modes = modesOf(run, options)(base, pictures);
  if (modes !== undefined) return { modes, pictures };
  throw new CfalignError(
    "input",
    (named) =>
      `"${run.path}": expected at least 10 counterfactuals of ${base} with a picture, found ${pictures.length}: align more images (${named("limit")})`,
    { where: run.path },
  );
}
