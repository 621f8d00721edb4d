import type { Preflight } from "../index.ts";
import type { Output } from "./output.ts";

/** One line a statement, its level first, and what it comes to. */
export function preflightText({ statements, runs }: Preflight, { bold }: Pick<Output, "bold">): string {
  const lines = statements.map(({ level, about, sentence }) => {
    const word = level.padEnd("warning".length);
    return `${level === "stop" || level === "warning" ? bold(word) : word}  ${about}: ${sentence}`;
  });
  return [...lines, "", runs ? "it runs" : bold("it does not run")].join("\n");
}
