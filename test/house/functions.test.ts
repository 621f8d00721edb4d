import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sourceFiles } from "./imports.ts";
import { nodesIn } from "./syntax.ts";

const root = join(import.meta.dirname, "../..");

/** Lines that a screen holds. */
const most = 80;

/** Functions that are longer, from their first line to their last. */
function longIn(text: string, name: string): { readonly line: number; readonly lines: number }[] {
  const linesTo = (end: number, start = 0): number => text.slice(start, end).split("\n").length;
  return nodesIn(text, name)
    .filter(({ type, body }) => /Function/.test(type) && body != null)
    .map(({ start, end }) => ({ start, lines: linesTo(end, start) }))
    .filter(({ lines }) => lines > most)
    .map(({ start, lines }) => ({ line: linesTo(start), lines }));
}

test("a screen holds every function", () => {
  const found = ["src", "bench", "scripts"].flatMap((folder) =>
    sourceFiles(join(root, folder)).flatMap((file) =>
      longIn(readFileSync(join(root, folder, file), "utf8"), file).map(
        ({ line, lines }) => `${folder}/${file}:${line} has ${lines} lines`,
      ),
    ),
  );
  expect(found).toEqual([]);
});

test.each([
  ["a function", "function f() {", "}"],
  ["an arrow", "const f = () => {", "};"],
  ["a method", "const f = { g() {", "} };"],
  ["a component", "const F = () => (<p>", "</p>);"],
])("%s is counted from its first line to its last", (_, first, last) => {
  const of = (lines: number): string => [first, ...Array(lines - 2).fill(""), last].join("\n");
  expect(longIn(of(most), "source.tsx")).toEqual([]);
  expect(longIn(of(most + 1), "source.tsx")).toEqual([{ line: 1, lines: most + 1 }]);
});
