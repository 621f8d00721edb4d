import { styleText } from "node:util";
import type { z } from "zod";
import { visible } from "./visible.ts";

/** A stream that text is written to: process.stdout, process.stderr, or a collector in tests. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type DeepReadonly<T> = unknown extends T ? T : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** The JSON document of a verb, which says by its schema what is in it. */
export type JsonOf<S extends z.ZodType> = DeepReadonly<z.input<S>>;

/** Where a verb writes: data to stdout, talk to stderr. What a terminal would obey in it is escaped. */
export interface Output {
  /** Data for people: one or more lines. Nothing under --json. */
  text(lines: string): void;
  /** Data for programs: one JSON document of a schema of schemas.ts, which must be named. Only under --json. */
  json<S extends z.ZodType = never>(value: JsonOf<S>): void;
  /** Data, whatever --json says (csv, a file's text): as it is for a pipe or a file. */
  raw(text: string): void;
  /** Talk, on stderr. */
  say(line: string): void;
  bold(text: string): string;
  dim(text: string): string;
  /** Letters that a line of data has room for on a terminal; undefined where stdout is a pipe or a file. */
  readonly width: number | undefined;
}

type Style = "bold" | "dim";

/** Writes to two streams; colour only on a terminal, and never when NO_COLOR is set to anything. */
export function createOutput(options: {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly json: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Output {
  const { stdout, stderr, json, environment } = options;
  const coloured = stdout.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb";
  const style = (name: Style) => (text: string) => (coloured ? styleText(name, text, { validateStream: false }) : text);
  return {
    text: (lines) => {
      if (!json) stdout.write(visible(`${lines}\n`));
    },
    json: (value) => {
      if (json) stdout.write(visible(`${JSON.stringify(value, null, 2)}\n`));
    },
    raw: (text) => {
      const whole = text.endsWith("\n") ? text : `${text}\n`;
      stdout.write(stdout.isTTY === true ? visible(whole) : whole);
    },
    say: (line) => {
      stderr.write(visible(`${line}\n`));
    },
    bold: style("bold"),
    dim: style("dim"),
    width: stdout.isTTY === true && stdout.columns ? stdout.columns : undefined,
  };
}
