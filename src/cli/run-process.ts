import type { Verb } from "./program.ts";
import { runCli } from "./run.ts";

/** Runs the command line as this process, with further verbs if there are any, and leaves its exit code. */
export async function runProcess(more: readonly Verb[] = []): Promise<void> {
  // A reader that closes the pipe (`cfalign … | head`) has what it wanted.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
  process.exitCode = await runCli(process.argv.slice(2), process, more);
}
