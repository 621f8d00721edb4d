import { exitCodes } from "./exit-code.ts";
import type { Verb } from "./program.ts";
import { runCli } from "./run.ts";

/** Runs the command line as this process, with further verbs if there are any, and leaves its exit code. */
export async function runProcess(more: readonly Verb[] = []): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that closes the pipe (`cfalign … | head`) has what it wanted.
      if (error.code === "EPIPE") process.exit(exitCodes.done);
      // Talk that nobody can read ends no work.
      if (stream === process.stderr) return;
      process.stderr.write(`cfalign: cannot write to standard output: ${error.message}\n`);
      process.exit(exitCodes.failed);
    });
  }
  process.exitCode = await runCli(process.argv.slice(2), process, more);
}
