import type { Verb } from "../../src/cli/program.ts";
import { runCli } from "../../src/cli/run.ts";

/** What one call of the command line did. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, without a terminal. */
export const cli = (...argv: readonly string[]): Promise<CliResult> => cliWith([], argv);

/** The same with further verbs. */
export async function cliWith(more: readonly Verb[], argv: readonly string[]): Promise<CliResult> {
  const [out, err]: [string[], string[]] = [[], []];
  const stdout = { write: (text: string) => out.push(text) };
  const stderr = { write: (text: string) => err.push(text) };
  const code = await runCli(argv, { stdout, stderr }, more);
  return { code, stdout: out.join(""), stderr: err.join("") };
}
