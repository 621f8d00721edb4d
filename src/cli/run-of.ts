import type { Context } from "./context.ts";

/** The folder of the run that a verb was given, else the newest below `runs/`, which is said on stderr. A run in one file becomes a folder. */
export async function runOf(context: Context, given: string | undefined): Promise<string> {
  const { isZippedRun, newestRun, unzipRun } = await context.library();
  if (given !== undefined && !(await isZippedRun(given))) return given;
  const run = given === undefined ? await newestRun() : await unzipRun(given);
  context.output.say(`run: ${run}`);
  return run;
}
