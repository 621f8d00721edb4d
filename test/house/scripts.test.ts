import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, sourceFiles } from "./imports.ts";
import { markedText } from "./marked.ts";
import { localLinks } from "./readme.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const scripts = sourceFiles(join(root, "scripts")).map((file) => `scripts/${file}`);

test("no test imports from scripts/ but the verb bench: what both need is beside the tests or in src/", () => {
  const files = [...sourceFiles(join(root, "test")).map((file) => `test/${file}`)];
  const borrowed = files.flatMap((file) =>
    importsOf(file, read(file)).filter(({ to }) => /^scripts\/(?!bench\/)/.test(to)),
  );
  expect(borrowed.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("every document has the markers that its script writes between", () => {
  const written = scripts.flatMap((file) =>
    [...read(file).matchAll(/writeMarked\("([^"]+)", "([^"]+)"/g)].map(([, path = "", name = ""]) => ({ path, name })),
  );
  expect(written.length).toBeGreaterThan(5);
  for (const { path, name } of written) expect(markedText(read(path), name, path)).not.toBe("");
});

test("every table in docs/data is written by a script, and a document links to it", () => {
  const written = scripts.flatMap((file) =>
    [...read(file).matchAll(/"docs\/(data\/[\w-]+\.csv)"/g)].map(([, path = ""]) => path),
  );
  const documents = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  const linked = documents
    .flatMap((file) => localLinks(read(`docs/${file}`)))
    .filter((link) => link.endsWith(".csv") && link.startsWith("data/"));
  const there = readdirSync(join(root, "docs/data")).map((file) => `data/${file}`);
  expect(there.length).toBeGreaterThan(3);
  expect([...new Set(written)].sort()).toEqual(there.sort());
  expect([...new Set(linked)].sort()).toEqual(there.sort());
});

test("every marker in a document belongs to a pair", () => {
  for (const path of [
    ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`),
    "zoo/cartoon-faces/MODEL_CARD.md",
  ]) {
    if (!path.endsWith(".md")) continue;
    const names = [...read(path).matchAll(/<!-- (\/?)([\w-]+) -->/g)].map(([, , name = ""]) => name);
    for (const name of names) expect(() => markedText(read(path), name, path)).not.toThrow();
  }
});

test("a document names scripts that exist", () => {
  const documents = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  const named = [...documents.map((file) => `docs/${file}`), "README.md", "ARCHITECTURE.md"].flatMap((path) =>
    [...read(path).matchAll(/\bscripts\/[\w/-]+\.ts\b/g)].map(([script]) => `${path}: ${script}`),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((line) => !scripts.includes(line.split(": ")[1] as string))).toEqual([]);
});
