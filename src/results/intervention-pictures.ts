import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { FeaturePictures } from "../interventions/keep-pictures.ts";
import { sideBySide } from "../platform/pixels.ts";
import { shrunk } from "./kept-pictures.ts";
import { editor } from "./matrix-schema.ts";
import { parseJson } from "./parse-json.ts";
import type { RunFile } from "./run-file.ts";

/** What a feature's first interventions look like. */
const interventionSheet = z.object({
  feature: z.string(),
  /** What made the edits; sheets from before there was another are of patterns. */
  editor: editor.default("pattern"),
  /** A WebP with tiles side by side: the pattern, or what counterfactuals change on average, then of every edit the picture before and after. */
  sheet: z.string().regex(/^[\w-]+\.webp$/),
  sha256: z.string(),
  /** Size of a tile in pixels. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** What the ends of the first tile stand for: grey is 0, white so much more of a picture's value in [0, 1], black so much less. */
  patternEnds: z.number(),
  /** Rows of `interventions` with this feature, editor, image and side. */
  edits: z.array(z.object({ image: z.string(), side: z.enum(["remove", "add"]) })),
});
export type InterventionSheet = z.infer<typeof interventionSheet>;

/** The pictures of a run's interventions. File `pictures/interventions.json`, the sheets beside it. */
const description = z.object({ features: z.array(interventionSheet) });

const folder = "pictures";
/** Above the codec's own: an edit may be faint, and its difference is shown. */
const quality = 92;
const remedy = "delete it and run align again, which makes it anew";

type Described = Pick<RunFile, "interventionsFile">;

function pathIn(run: string, file = "interventions.json"): string {
  return platform.files.join(run, folder, file);
}

/** Writes the pictures of a run's interventions, feature by feature. `end` describes them, and returns what `run.json` says of it. */
export function interventionPictures(run: string): {
  take(pictures: FeaturePictures): Promise<void>;
  end(): Promise<{ readonly sha256: string }>;
} {
  const { files } = platform;
  const features: InterventionSheet[] = [];
  return {
    async take({ feature, editor, pattern, edits }) {
      const ends = pattern.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const tiles = [centred(pattern, ends), ...edits.flatMap(({ before, after }) => [before, after])];
      const small = await Promise.all(tiles.map(shrunk));
      const [height, width] = (small[0] as Tensor).dims.slice(2) as [number, number];
      const sheet = `interventions-${features.length + 1}.webp`;
      const bytes = await platform.encodeImage(sideBySide(small), "webp", quality);
      await files.write(pathIn(run, sheet), bytes);
      features.push({
        ...{ feature, editor, sheet, sha256: await platform.sha256(bytes), width, height, patternEnds: ends },
        edits: edits.map(({ image, side }) => ({ image, side })),
      });
    },
    async end() {
      const bytes = new TextEncoder().encode(JSON.stringify(description.parse({ features })));
      await files.write(pathIn(run), bytes);
      return { sha256: await platform.sha256(bytes) };
    },
  };
}

/** Whether the pictures that a run says it has are there, whole or not. */
export async function interventionPicturesThere(run: string, file: Described): Promise<boolean> {
  if (file.interventionsFile?.pictures === undefined) return true;
  if (!(await platform.files.exists(pathIn(run)))) return false;
  const sheets = await readDescription(run, file);
  const there = await Promise.all(sheets.map(({ sheet }) => platform.files.exists(pathIn(run, sheet))));
  return there.every(Boolean);
}

/**
 * Reads the pictures of a run's interventions in the order of its features; none where it kept none.
 * Errors: CfalignError("input") for a file that is not there any more, or not what it was.
 */
export async function readInterventionPictures(
  run: string,
  file: Described,
): Promise<readonly (InterventionSheet & { readonly bytes: Uint8Array })[]> {
  const sheets = await readDescription(run, file);
  return Promise.all(sheets.map(async (each) => ({ ...each, bytes: await readWhole(pathIn(run, each.sheet), each) })));
}

/** Copies the pictures of the run that has some into another; returns what `run.json` says of them. */
export async function copyInterventionPictures(
  runs: readonly { readonly path: string; readonly file: Described }[],
  to: string,
): Promise<Pick<NonNullable<RunFile["interventionsFile"]>, "pictures">> {
  const from = runs.find(({ file }) => file.interventionsFile?.pictures !== undefined);
  const pictures = from?.file.interventionsFile?.pictures;
  if (from === undefined || pictures === undefined) return {};
  for (const { sheet, bytes } of await readInterventionPictures(from.path, from.file)) {
    await platform.files.write(pathIn(to, sheet), bytes);
  }
  await platform.files.write(pathIn(to), await readWhole(pathIn(from.path), pictures));
  return { pictures };
}

async function readDescription(run: string, { interventionsFile }: Described): Promise<readonly InterventionSheet[]> {
  const pictures = interventionsFile?.pictures;
  if (pictures === undefined) return [];
  const bytes = await readWhole(pathIn(run), pictures);
  return parseJson(description, bytes, pathIn(run), remedy).features;
}

async function readWhole(path: string, { sha256 }: { readonly sha256?: string | undefined }): Promise<Uint8Array> {
  if (!(await platform.files.exists(path))) {
    throw new CfalignError(
      "input",
      `${path}: expected pictures of the run's interventions, found nothing there: run align again, which makes it anew`,
      { where: path },
    );
  }
  const bytes = await platform.files.read(path);
  if (sha256 === undefined || (await platform.sha256(bytes)) === sha256) return bytes;
  throw new CfalignError("input", `${path}: the file is damaged, its checksum is of other content: ${remedy}`, {
    where: path,
  });
}

/** A pattern as a picture: grey where it is 0. ends: what black and white stand for. */
function centred({ data, dims }: Tensor, ends: number): Tensor {
  return { data: data.map((value) => 0.5 + (ends === 0 ? 0 : value / (2 * ends))), dims };
}
