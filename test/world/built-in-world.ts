// What several scripts need of the built-in world: faces drawn once, and a run over them.
import { platform } from "#platform";
import {
  type AlignFolderOptions,
  alignFolder,
  type DrawOptions,
  drawWorld,
  type OpenRun,
  openRun,
} from "../../src/index.ts";

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
