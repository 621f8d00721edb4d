import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { inParallel } from "../images/in-parallel.ts";
import { imageTensor } from "../models/read-image.ts";
import type { Tensor } from "../tensor.ts";
import { readPairs, type SuitePair, type SuitePicture } from "./pairs.ts";
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

/** A picture as [1, 3, h, w] in [0, 1]. Errors: CfalignError("input") for a file that is gone, or not what it was. */
export async function readPicture(suite: Pick<Suite, "path">, picture: SuitePicture): Promise<Tensor> {
  const problem = await problemOf(suite, picture);
  const path = platform.files.join(suite.path, picture.file);
  if (problem !== undefined) {
    throw new CfalignError("input", `${path}: ${problem}: copy the suite again`, { where: path });
  }
  return imageTensor(await platform.decodeImage(await platform.files.read(path)));
}

/** What is wrong with the files of a suite, one phrase a file; empty for a whole one. */
export async function suiteProblems(
  suite: Suite,
): Promise<readonly { readonly file: string; readonly problem: string }[]> {
  const files = suite.pairs.flatMap(({ before, after }) => [before, after]);
  const found = await inParallel(files, 8, (picture) => problemOf(suite, picture));
  return files.flatMap(({ file }, place) => {
    const problem = found[place];
    return problem === undefined ? [] : [{ file, problem }];
  });
}

async function problemOf({ path }: Pick<Suite, "path">, { file, sha256 }: SuitePicture): Promise<string | undefined> {
  const place = platform.files.join(path, file);
  if (!(await platform.files.exists(place))) return "expected a picture of the suite, found nothing there";
  const bytes = await platform.files.read(place);
  return (await platform.sha256(bytes)) === sha256
    ? undefined
    : "the picture is damaged, or was changed: its checksum is of other content";
}
