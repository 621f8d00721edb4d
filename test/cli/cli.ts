import { runCli } from "../../src/cli/run.ts";

/** What one call of the command line did. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, without a terminal. */
export async function cli(...argv: readonly string[]): Promise<CliResult> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(argv, {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}
