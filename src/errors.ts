/** Why something failed: decides the exit code of the command line (usage, input → 2; runtime, internal → 3; interrupted → 130). */
export type ErrorCode = "usage" | "input" | "runtime" | "internal" | "interrupted";

/** The one error class of cfalign. The message is one line: where, what was expected, what was found, what to do. */
export class CfalignError extends Error {
  readonly code: ErrorCode;
  /** File, field, node or option the message speaks of. */
  readonly where: string | undefined;

  constructor(code: ErrorCode, message: string, options: { readonly where?: string; readonly cause?: unknown } = {}) {
    // Names out of a broken file may hold anything; one line stays one line.
    super(message.replace(/\p{Cc}+/gu, " "), options.cause === undefined ? {} : { cause: options.cause });
    this.name = "CfalignError";
    this.code = code;
    this.where = options.where;
  }
}

/** Ends what can be resumed. Errors: CfalignError("interrupted") once the signal has fired. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CfalignError("interrupted", "interrupted between two evaluations");
}
