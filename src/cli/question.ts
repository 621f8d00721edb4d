import { createInterface } from "node:readline/promises";
import { CfalignError } from "../base/errors.ts";
import type { Question } from "./context.ts";
import type { TextStream } from "./output.ts";
import { visible } from "./visible.ts";

/** Asks on a terminal, in `stderr`; undefined where one of the two is none. */
export function questionOn(stdin: NodeJS.ReadStream | undefined, stderr: TextStream): Question | undefined {
  if (stdin?.isTTY !== true || stderr.isTTY !== true) return undefined;
  return async (text) => {
    const gone = new AbortController();
    const lines = createInterface({ input: stdin, output: stderr as NodeJS.WriteStream });
    // Ctrl-C, and Ctrl-D on an empty line: without an answer nothing is settled.
    lines.on("SIGINT", () => gone.abort());
    lines.on("close", () => gone.abort());
    try {
      return await lines.question(visible(text), { signal: gone.signal });
    } catch (cause) {
      if (!gone.signal.aborted) throw cause;
      throw new CfalignError(
        "interrupted",
        "interrupted at a question: a manifest that is there has the guesses; with overwrite it is asked again",
        {
          cause,
        },
      );
    } finally {
      lines.close();
    }
  };
}
