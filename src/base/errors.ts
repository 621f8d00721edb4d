/** Why something failed: decides the exit code of the command line (usage, input → 2; runtime, internal → 3; interrupted → 130). */
export type ErrorCode = "usage" | "input" | "runtime" | "internal" | "interrupted";

/** What options are called where a message is read: the library's own names, or the flags of the command line. */
export type OptionNames = (option: string) => string;

/** The names that the library gives its options. */
export const ownNames: OptionNames = (option) => option;

/** What an error speaks of, and what caused it. */
interface ErrorOptions {
  /** File, field or node. */
  readonly where?: string;
  /** The option that the message speaks of, in the place of `where`: "limit", "decompose.images". */
  readonly option?: string;
  readonly cause?: unknown;
}

/** The one error class of cfalign. The message is one line: where, what was expected, what was found, what to do. */
export class CfalignError extends Error {
  readonly code: ErrorCode;
  /** File, field, node or option the message speaks of. */
  readonly where: string | undefined;
  /** The option the message speaks of, if it does. */
  readonly option: string | undefined;
  readonly #worded: (named: OptionNames) => string;

  /** message: a function where it names options, so that the command line can name its flags. */
  constructor(code: ErrorCode, message: string | ((named: OptionNames) => string), options: ErrorOptions = {}) {
    const worded = (named: OptionNames): string =>
      // Names out of a broken file may hold anything; one line stays one line.
      (typeof message === "string" ? message : message(named)).replace(/\p{Cc}+/gu, " ");
    super(worded(ownNames), options.cause === undefined ? {} : { cause: options.cause });
    this.name = "CfalignError";
    this.code = code;
    this.where = options.where ?? options.option;
    this.option = options.option;
    this.#worded = worded;
  }

  /** The message with other names for options. */
  messageWith(named: OptionNames): string {
    return this.#worded(named);
  }
}

/** Lets a programmer's mistake through where expected errors are put into words: it is no fault of what was read. */
export function throwIfBug(error: unknown): void {
  if (error instanceof TypeError || error instanceof ReferenceError) throw error;
}

/** Ends what can be resumed. Errors: CfalignError("interrupted") once the signal has fired. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CfalignError("interrupted", "interrupted between two evaluations");
}
