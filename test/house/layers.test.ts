import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  allImports,
  findCycle,
  forbidden,
  importsOf,
  isBarrel,
  layeredFiles,
  layerOf,
  readLayerTable,
  textOf,
} from "./imports.ts";

const root = join(import.meta.dirname, "../..");
const table = readLayerTable(readFileSync(join(root, "ARCHITECTURE.md"), "utf8"));

describe("the source, and bench/ beside it", () => {
  test("has no import that the layer table does not list", () => {
    expect(forbidden(allImports(root), table)).toEqual([]);
  });

  test.each([
    ["pictures", "pictures/figures/", ["audit", "results"]],
    ["audit", "audit/on-cores/", ["platform", "pool"]],
  ])("imports in %s what is not pure from %s alone", (layer, part, impure) => {
    const from = allImports(root).filter(
      ({ from, to, inside }) => inside && layerOf(from) === layer && impure.includes(layerOf(to)),
    );
    expect(from.filter(({ from }) => from.startsWith(part))).not.toEqual([]);
    expect(from.filter(({ from }) => !from.startsWith(part)).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test("puts sentences together in words alone: who asks for one asks for no part of one", () => {
    const parts = allImports(root).filter(({ to }) => to === "words/figures.ts");
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.filter(({ from }) => layerOf(from) !== "words").map(({ from }) => from)).toEqual([]);
  });

  test("has no import cycle", () => {
    expect(findCycle(allImports(root))).toBeUndefined();
  });

  test("has no barrel but the public entries", () => {
    const barrels = layeredFiles(root).filter((file) => isBarrel(textOf(root, file)));
    expect(barrels.filter((file) => file !== "index.ts" && file !== "engine/public-vjp.ts")).toEqual([]);
  });

  test("has no file without a layer in the table", () => {
    const layers = new Set(layeredFiles(root).map(layerOf));
    layers.delete("base");
    expect([...layers].filter((layer) => !table.has(layer))).toEqual([]);
  });

  test("names flags on the command line only", () => {
    const named = layeredFiles(root)
      .filter((file) => !/^(cli|bench|ui)\//.test(file))
      .flatMap((file) => {
        const code = textOf(root, file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
        // npm's own flag in an advice, and Node's own for a worker that runs sources.
        const others = /npm i --|execArgv: \[/;
        return code.split("\n").filter((line) => /(^|[\s"'`(])--(\w|\$\{)/.test(line) && !others.test(line));
      });
    expect(named).toEqual([]);
  });

  test("says a verb's help without loading the library", () => {
    const imports = allImports(root).filter(({ typeOnly, late }) => !typeOnly && !late);
    const reached = new Set(["cli/main.ts"]);
    for (const file of reached) for (const { from, to } of imports) if (from === file) reached.add(to);
    const light = /^((base|cli|options|platform|words)\/|node:|commander$|cli-progress$)/;
    expect([...reached].filter((file) => !light.test(file))).toEqual([]);
  });

  test("draws a report without sessions, codecs or files", () => {
    const imports = allImports(root).filter(({ typeOnly, inside }) => !typeOnly && inside);
    const reached = new Set(["ui/shell/main.tsx"]);
    for (const file of reached) for (const { from, to } of imports) if (from === file) reached.add(to);
    expect(reached.size).toBeGreaterThan(50);
    expect([...reached].filter((file) => /^platform\/(node|web)/.test(file))).toEqual([]);
  });

  test("has no file for leftovers", () => {
    expect(layeredFiles(root).filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)\b/.test(file))).toEqual([]);
  });

  test("reaches files, onnxruntime and codecs only from the platform", () => {
    const outside = allImports(root).filter(
      ({ from, to, typeOnly }) =>
        !(typeOnly && to === "onnxruntime-common") &&
        /^(node:(fs|path|url|crypto|worker_threads|child_process)|fs|onnxruntime-|sharp)/.test(to) &&
        !/^platform\/(node|web)(-\w+)*\.ts$/.test(from) &&
        !from.startsWith("ui/vite.config"),
    );
    expect(outside.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

describe("the checker", () => {
  const small = readLayerTable(
    "## Layers\n| `a` | x | – |\n| `b` | x | a (types) |\n| `index.ts` | x | all but b and c |\n| `c` | | index.ts |",
  );
  const from = (file: string, text: string): string[] => forbidden(importsOf(file, text), small);

  test("reads every form of import", () => {
    const text = [
      'import a, { b } from "./one.ts";',
      'import type { C } from "../two/three.ts";',
      "import {",
      "  type D,",
      "  type E,",
      '} from "./four.ts";',
      'import "./five.ts";',
      'export { f } from "./six.ts";',
      'export * from "./seven.ts";',
      '/** import { no } from "./not.ts" */',
      '// import { no } from "./not.ts";',
      'const g = await import("./eight.ts");',
      'type H = typeof import("./nine.ts");',
      'import { platform } from "#platform";',
      'import { z } from "zod";',
    ].join("\n");
    expect(importsOf("layer/file.ts", text).map(({ to, typeOnly }) => `${to}${typeOnly ? " type" : ""}`)).toEqual([
      "layer/one.ts",
      "two/three.ts type",
      "layer/four.ts type",
      "layer/five.ts",
      "layer/six.ts",
      "layer/seven.ts",
      "layer/eight.ts",
      "layer/nine.ts type",
      "platform/node.ts",
      "zod",
    ]);
  });

  test("refuses an arrow that the table does not list", () => {
    expect(from("a/x.ts", 'import { y } from "../b/y.ts";')).toEqual(["a/x.ts → b/y.ts"]);
  });

  test("knows bench/, and what it imports from src/", () => {
    const imports = importsOf(
      "bench/planted.ts",
      'import { run } from "../src/cli/run.ts";\nimport { world } from "./world.ts";',
    );
    expect(imports.map(({ to }) => to)).toEqual(["cli/run.ts", "bench/world.ts"]);
    expect(forbidden(imports, readLayerTable("## Layers\n| `bench` | x | – |"))).toEqual([
      "bench/planted.ts → cli/run.ts",
    ]);
    expect(from("a/x.ts", 'import { planted } from "../../bench/planted.ts";')).toHaveLength(1);
  });

  test("refuses a value where only types are allowed", () => {
    expect(from("b/x.ts", 'import { y } from "../a/y.ts";')).toEqual(["b/x.ts → a/y.ts"]);
    expect(from("b/x.ts", 'import type { y } from "../a/y.ts";')).toEqual([]);
  });

  test("lets the index import all but what is named", () => {
    expect(from("index.ts", 'export { y } from "./a/y.ts";\nexport { z } from "./b/z.ts";')).toEqual([
      "index.ts → b/z.ts",
    ]);
  });

  test("finds a cycle through three files", () => {
    const imports = [
      ...importsOf("a/x.ts", 'import { y } from "../b/y.ts";'),
      ...importsOf("b/y.ts", 'import type { z } from "../c/z.ts";'),
      ...importsOf("c/z.ts", 'import { x } from "../a/x.ts";'),
    ];
    expect(findCycle(imports)).toEqual(["a/x.ts", "b/y.ts", "c/z.ts", "a/x.ts"]);
    expect(findCycle(imports.slice(0, 2))).toBeUndefined();
  });

  test("knows a barrel", () => {
    expect(isBarrel('/** All. */\nexport * from "./a.ts";\nexport { type B, c } from "./c.ts";\n')).toBe(true);
    expect(isBarrel('export { a } from "./a.ts";\nexport const b = 1;\n')).toBe(false);
    expect(isBarrel("")).toBe(false);
  });
});
