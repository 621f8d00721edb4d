import type { Context } from "./context.ts";

/** The run that a verb was given, else the newest below `runs/`, which is said on stderr. */
export async function runOf(context: Context, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { newestRun } = await context.library();
  const run = await newestRun();
  context.output.say(`run: ${run}`);
  return run;
}
