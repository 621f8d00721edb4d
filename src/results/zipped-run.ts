import { type UnzipFileInfo, unzipSync, zipSync } from "fflate";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { openRun } from "./open-run.ts";
import { isRun, readRunFile } from "./run-file.ts";
import { assertFree, isOfRun } from "./run-folder.ts";

/** Times its own size that a file may hold: pictures and Parquet hardly shrink, and more than that fills a memory. */
const mostGrowth = 100;

/** How a ZIP file begins. */
const magic = [0x50, 0x4b, 3, 4];

/** The folder of a run as one file, which is how a browser saves it. Nothing is compressed a second time. */
export async function zipRun(run: string): Promise<Uint8Array> {
  const { files } = platform;
  const contents: Record<string, Uint8Array> = {};
  for (const name of (await files.list(run)).filter(isOfRun)) contents[name] = await files.read(files.join(run, name));
  // The earliest time that ZIP has: the same run is the same file.
  return zipSync(contents, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** Whether a file is a ZIP, by how it begins. */
export async function isZippedRun(path: string): Promise<boolean> {
  const { files } = platform;
  if (((await files.size(path)) ?? 0) < magic.length) return false;
  const beginning = await files.readRange(path, 0, magic.length);
  return magic.every((byte, at) => beginning[at] === byte);
}

/**
 * Writes a run that was saved as one file as the folder that it was, beside it and by its name, and returns the folder; where it is there
 * already it is left as it is. Errors: CfalignError("input") for a file that is not whole, ("usage") where the folder is another run.
 */
export async function unzipRun(path: string): Promise<string> {
  const { files } = platform;
  const contents = contentsOf(await files.read(path), path);
  const out = folderOf(path);
  const aside = `${out}.${crypto.randomUUID()}.part`;
  try {
    for (const [name, bytes] of contents) {
      await files.makeDirectory(files.dirname(files.join(aside, name)));
      await files.write(files.join(aside, name), bytes);
    }
    const { startedAt, images } = await wholeRunIn(aside, path);
    if (await isRun(out)) {
      const there = await readRunFile(out);
      if (there.startedAt === startedAt && there.images.hash === images.hash) return out;
      throw new CfalignError("usage", `"${out}" holds another run than "${path}": move it, or rename the file`, {
        where: out,
      });
    }
    await assertFree(out);
    await files.remove(out);
    await files.rename(aside, out);
  } finally {
    await files.remove(aside);
  }
  return out;
}

/** The files in it: it may be anybody's, writes nothing but what a run consists of, and is refused by what it says of itself before anything is unzipped. */
function contentsOf(bytes: Uint8Array, path: string): readonly (readonly [string, Uint8Array])[] {
  let contents: readonly (readonly [string, Uint8Array])[];
  try {
    let room = mostGrowth * bytes.byteLength;
    const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
      if (!isOfRun(name)) throw new Error(`expected the files of a run, found "${name}"`);
      room -= originalSize;
      if (room < 0) throw new Error(`expected files of at most ${mostGrowth} times its own size, found larger ones`);
      return true;
    };
    contents = Object.entries(unzipSync(bytes, { filter }));
  } catch (cause) {
    throw refused(path, (cause as Error).message, cause);
  }
  return contents;
}

/** Reads an unzipped run once, with every checksum. */
async function wholeRunIn(aside: string, path: string) {
  const { files } = platform;
  const run = await openRun(aside).catch((cause: Error) => {
    throw refused(path, cause.message.replaceAll(aside, path), cause);
  });
  for (const file of [...run.pictures.map((each) => each.file), ...run.thumbnails]) {
    if (!(await files.exists(files.join(aside, file)))) throw refused(path, `the picture "${file}" is missing`);
  }
  return run.file;
}

function refused(path: string, what: string, cause?: unknown): CfalignError {
  return new CfalignError("input", `${path}: ${what}: save the run again`, { where: path, cause });
}

/** "faces.run.zip" → "faces" */
function folderOf(path: string): string {
  const folder = path.replace(/(\.run)?\.zip$/, "");
  return folder === path ? `${path}-run` : folder;
}
