import { platform } from "#platform";
import { encodedPicture } from "./encode-picture.ts";
import { openSuite, readPixels } from "./open-suite.ts";
import type { SuitePair, SuitePicture } from "./pairs.ts";
import { assertFree, type SuiteFile } from "./suite-file.ts";
import { pictureFile, writeTables } from "./write-tables.ts";

/** Writes a suite that holds differences only with all its pictures, for programs that read files. Errors: CfalignError("input") for images that are not there any more. */
export async function completeSuite(path: string, { out }: { readonly out: string }): Promise<SuiteFile> {
  const { files } = platform;
  await assertFree(out);
  const suite = await openSuite(path);
  await files.makeDirectory(files.join(out, "pictures"));
  const pairs: SuitePair[] = [];
  for (const pair of suite.pairs) {
    const written = async (side: "before" | "after"): Promise<SuitePicture> => {
      const bytes = await encodedPicture(await readPixels(suite, pair[side]));
      const file = pictureFile(pair.pair, suite.pairs.length, side);
      await files.write(files.join(out, file), bytes);
      return { file, sha256: await platform.sha256(bytes), predictions: pair[side].predictions };
    };
    pairs.push({ ...pair, before: await written("before"), after: await written("after") });
  }
  const { originals: _, metadata: __, ...description } = suite.file;
  return writeTables(out, description, pairs);
}
