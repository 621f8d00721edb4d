import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import type { Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { decodedImage, imageTensor } from "../models/read-image.ts";
import type { ImageFrame } from "../models/types.ts";
import type { Pixels } from "../platform/platform.ts";
import { readPairs, type SuitePair, type SuitePicture } from "./pairs.ts";
import { shifted, sizedPicture } from "./picture-size.ts";
import { readSuiteFile, type SuiteFile } from "./suite-file.ts";

/** A suite with its table in memory; pictures stay on disk. */
export interface Suite {
  readonly path: string;
  readonly file: SuiteFile;
  readonly pairs: readonly SuitePair[];
}

/** Opens a suite. Errors: CfalignError("input") for anything that is none, or not whole as far as its table goes. */
export async function openSuite(path: string): Promise<Suite> {
  const file = await readSuiteFile(path);
  return { path, file, pairs: await readPairs(path, file) };
}

/** The pictures of a suite, each once: many pairs share the picture before. */
export function picturesOf({ pairs }: Pick<Suite, "pairs">): readonly SuitePicture[] {
  const all = pairs.flatMap(({ before, after }) => [before, after]);
  return [...new Map(all.map((picture) => [picture.sha256, picture])).values()];
}

/** Those before they were edited, each once. */
export function uneditedOf({ pairs }: Pick<Suite, "pairs">): readonly SuitePicture[] {
  return [...new Map(pairs.map(({ before }) => [before.sha256, before])).values()];
}

/** A picture as [1, 3, h, w] in [0, 1]. Errors: CfalignError("input") for a file that is gone, or not what it was. */
export async function readPicture(suite: Pick<Suite, "path" | "file">, picture: SuitePicture): Promise<Tensor> {
  return imageTensor(await readPixels(suite, picture));
}

/** The same in 8 bits: of a suite that holds differences, put together from them and the images. */
export async function readPixels({ path, file }: Pick<Suite, "path" | "file">, picture: SuitePicture): Promise<Pixels> {
  const { files } = platform;
  const { originals } = file;
  const { stored, sha256 } = picture;
  if (originals === undefined || stored === undefined) {
    return platform.decodeImage(await whole(files.join(path, picture.file), sha256, "copy the suite again"));
  }
  const image = stored.image ?? { file: picture.file, sha256: stored.sha256 };
  const place = files.join(path, originals.folder, image.file);
  const bytes = await whole(place, image.sha256, "bring back the images that the suite was made of");
  const original = await sizedPicture(await fitImage(await decodedImage(bytes), originals.frame as ImageFrame), file);
  const made =
    stored.image === undefined
      ? original
      : shifted(
          original,
          await platform.decodeImage(
            await whole(files.join(path, picture.file), stored.sha256, "copy the suite again"),
          ),
          1,
        );
  if ((await platform.sha256(made.data)) === sha256) return made;
  throw new CfalignError(
    "input",
    `${place}: its pixels are not those that were edited: decode it as then, or write the suite again`,
    {
      where: place,
    },
  );
}

/** What is wrong with the files of a suite, one phrase a file; empty for a whole one. */
export async function suiteProblems(
  suite: Suite,
): Promise<readonly { readonly file: string; readonly problem: string }[]> {
  const pictures = suite.pairs.flatMap(({ before, after }) => [before, after]);
  const found = await inParallel(pictures, 8, async (picture) => {
    try {
      await readPixels(suite, picture);
      return undefined;
    } catch (error) {
      if (error instanceof CfalignError && error.code === "input") return error.message;
      throw error;
    }
  });
  return pictures.flatMap(({ file }, place) => {
    const problem = found[place];
    return problem === undefined ? [] : [{ file, problem }];
  });
}

/** The bytes of a file that has to be what it was. */
async function whole(path: string, sha256: string, remedy: string): Promise<Uint8Array> {
  const fail = (problem: string): CfalignError =>
    new CfalignError("input", `${path}: ${problem}: ${remedy}`, { where: path });
  if (!(await platform.files.exists(path))) throw fail("expected a picture of the suite, found nothing there");
  const bytes = await platform.files.read(path);
  if ((await platform.sha256(bytes)) === sha256) return bytes;
  throw fail("the picture is damaged, or was changed: its checksum is of other content");
}
