import { platform } from "#platform";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import { modesOf } from "../modes/modes.ts";
import { changePicture, meanChange, type PictureChange } from "../modes/picture-change.ts";
import { changedPictures } from "../modes/run-modes.ts";
import type { Mode, Modes } from "../modes/schema.ts";
import { base64 } from "../pictures/base64.ts";
import type { Finding } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import { tiled } from "../results/thumbnail-sheets.ts";
import type { ReportMode, ReportModes } from "./data.ts";
import { rounded } from "./pack.ts";

/** Pairs of a mode that are shown, features that are listed, and the quality of the pictures: a mean change may be faint. */
const pairs = 6;
const listed = 6;
const quality = 85;

/** A mode's pictures as a data URI. */
type Sheet = Omit<NonNullable<ReportMode["pictures"]>, "images"> & { readonly images: readonly string[] };

/** The modes of a base, and a sheet of pictures for each. */
export interface ModeSheets {
  readonly modes: Modes;
  readonly sheets: readonly Sheet[];
}

/** The modes of all bases that have enough counterfactuals with pictures; those with an unnamed mode first, then those that findings speak of: in the order in which they are worth their bytes. */
export async function modeSheets(
  run: RunData,
  thumbnails: readonly Thumbnail[],
  { findings, confidence }: { readonly findings: readonly Finding[]; readonly confidence: number },
): Promise<ModeSheets[]> {
  const ask = modesOf(run, { confidence });
  const found: ModeSheets[] = [];
  for (const base of run.bases) {
    const pictures = changedPictures(thumbnails, base);
    const modes = ask(base, pictures);
    if (modes === undefined) continue;
    const byImage = new Map(pictures.map((picture) => [picture.image, picture]));
    const sheets = await Promise.all(modes.modes.map((mode) => sheetOf(mode, byImage)));
    found.push({ modes, sheets });
  }
  const spoken = new Map(findings.toReversed().map(({ base }, place) => [base, findings.length - place]));
  const worth = ({ modes: { base, modes } }: ModeSheets): number =>
    modes.some(({ unnamed }) => unnamed) ? 0 : (spoken.get(base) ?? findings.length + 1);
  return found.sort((a, b) => worth(a) - worth(b));
}

async function sheetOf({ images }: Mode, byImage: ReadonlyMap<string, PictureChange>): Promise<Sheet> {
  const members = images.flatMap((image) => byImage.get(image) ?? []);
  const { width, height } = (members[0] as PictureChange).before;
  const { pixels, ends } = changePicture(meanChange(members), { width, height });
  const shown = members.slice(0, pairs);
  const tiles = [pixels, ...shown.flatMap(({ before, after }) => [before, after])];
  const bytes = await platform.encodeImage(tiled(tiles, { width, height, columns: tiles.length }), "webp", quality);
  const source = `data:image/webp;base64,${base64(bytes)}`;
  return { width, height, source, ends, images: shown.map(({ image }) => image) };
}

/** Modes as the report holds them. pictured: whether with their pictures; numberOf: an image's place in the report's list. */
export function reportModes(
  { modes, sheets }: ModeSheets,
  pictured: boolean,
  numberOf: (image: string) => number,
): ReportModes {
  return {
    ...modes,
    modes: modes.modes.map(({ images: _, features, ...mode }, place) => {
      const sheet = pictured ? sheets[place] : undefined;
      return {
        ...rounded({ ...mode, features: features.slice(0, listed) }),
        pictures: sheet === undefined ? null : { ...sheet, images: sheet.images.map(numberOf) },
      };
    }),
  };
}
