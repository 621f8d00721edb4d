import type { ErrorCode } from "../base/errors.ts";

/** Exit codes of every verb; 130 and 143 are 128 + the number of the signal. */
export const exitCodes = { done: 0, no: 1, usage: 2, failed: 3, interrupted: 130, terminated: 143 } as const;

/** The exit code that an error ends the program with. */
export function exitCodeOf(code: ErrorCode, signal: NodeJS.Signals | undefined): number {
  switch (code) {
    case "usage":
    case "input":
      return exitCodes.usage;
    case "runtime":
    case "internal":
      return exitCodes.failed;
    case "interrupted":
      return signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
  }
}
