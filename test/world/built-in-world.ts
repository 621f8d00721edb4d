// What several scripts need of the built-in world: what was planted, faces drawn once, and a run over them.
import { platform } from "#platform";
import {
  type AlignFolderOptions,
  alignFolder,
  type DrawOptions,
  drawWorld,
  type OpenRun,
  openRun,
} from "../../src/index.ts";

/** Classifiers with a planted bias, and the feature. */
export const planted: Readonly<Record<string, string>> = {
  "smiling-eyeglasses-75": "eyeglasses",
  "smiling-eyeglasses-85": "eyeglasses",
  "smiling-eyeglasses-95": "eyeglasses",
  "smiling-eyeglasses-100": "eyeglasses",
  "smiling-lipstick-95": "lipstick",
  "eyeshadow-big_nose-95": "big_nose",
};

/** The folder of faces, which are drawn where they are not there yet. */
export async function drawnFaces(options: DrawOptions): Promise<string> {
  const { files } = platform;
  if (!(await files.exists(files.join(options.out, "metadata.csv")))) {
    await files.makeDirectory(files.dirname(options.out));
    await drawWorld(options);
  }
  return options.out;
}

/** Aligns a folder, or goes on where an earlier call was interrupted; `say` is told after every chunk. */
export async function alignedRun(
  faces: string,
  options: AlignFolderOptions,
  say: (done: number, total: number) => void = (done, total) => console.error(`${done} of ${total}`),
): Promise<OpenRun> {
  for await (const { done, total } of alignFolder(faces, options)) say(done, total);
  return openRun(options.out);
}
