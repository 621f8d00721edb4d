import { CfalignError } from "../base/errors.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Output } from "./output.ts";
import type { ProgressDisplay } from "./progress.ts";

/** The public API, loaded only by a verb that runs, so that `--help` is quick. */
export type Library = typeof import("../index.ts");

/** Asks whoever sits at the terminal; the answer is one line. Errors: CfalignError("interrupted"). */
export type Question = (text: string) => Promise<string>;

/** What a verb needs besides its options. */
export interface Context {
  readonly output: Output;
  library(): Promise<Library>;
  progress(label: string): ProgressDisplay;
  /** Starts to listen for SIGINT and SIGTERM; without it a signal ends the process as usual. words: what is said then. */
  interrupt(words?: string): Interrupt;
  /** The code that the program ends with when nothing failed; 0 unless set. */
  exitWith(code: number): void;
  /** Only where somebody can answer: on a terminal, and not under --json. */
  readonly question: Question | undefined;
  /** Milliseconds from any fixed point. */
  now(): number;
}

/** The error for an option with an unusable value. */
export function optionError(option: string, expected: string, got: string): CfalignError {
  return new CfalignError("usage", `${option}: expected ${expected}, got "${got}"`, { where: option });
}

/** The value of an option that a verb cannot do without. */
export function required<T>(value: T | undefined, option: string, expected: string): T {
  if (value === undefined) {
    throw new CfalignError("usage", `${option} is missing: expected ${expected}`, { where: option });
  }
  return value;
}
