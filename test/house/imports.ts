import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** One import statement of a source file. */
export interface Import {
  /** Importing file, relative to src/, with "/"; one of bench/ begins with "bench/". */
  readonly from: string;
  /** Imported file likewise, or a package or built-in name. */
  readonly to: string;
  readonly inside: boolean;
  readonly typeOnly: boolean;
  /** import() in the course of a call. */
  readonly late: boolean;
}

const statement =
  /^\s*(?:import|export)\s+(type\s+)?((?:[\w*\s{},$]|\/\/[^\n]*)*?)\s*from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

/** `import { type A, type B }` names types only. */
function namesTypesOnly(names: string): boolean {
  const inBraces = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return false;
  const parts = inBraces.split(",").map((part) => part.trim());
  return parts.filter(Boolean).every((part) => part.startsWith("type "));
}

/** The imports and re-exports of one file's text. `#platform` is src/platform/node.ts. */
export function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(statement)].map((match) => {
    const specifier = (match[3] ?? match[4] ?? match[5]) as string;
    const before = code.slice(Math.max(0, match.index - 8), match.index);
    const typeOnly = match[1] !== undefined || namesTypesOnly(match[2] ?? "") || /typeof\s*$/.test(before);
    const kind = { from: file, typeOnly, late: match[5] !== undefined };
    if (specifier === "#platform") return { ...kind, to: "platform/node.ts", inside: true };
    if (!specifier.startsWith(".")) return { ...kind, to: specifier, inside: false };
    const to = join(dirname(file), specifier).split(sep).join("/");
    return { ...kind, to: file.startsWith("bench/") ? to.replace(/^src\//, "") : to, inside: true };
  });
}

/** Every source file below a folder, relative to it, with "/". */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Every file that has a layer: those of src/, and those of bench/ beside it as "bench/…". */
export function layeredFiles(root: string): string[] {
  return [...sourceFiles(join(root, "src")), ...sourceFiles(join(root, "bench")).map((file) => `bench/${file}`)];
}

/** The text of a layered file. */
export function textOf(root: string, file: string): string {
  return readFileSync(join(root, file.startsWith("bench/") ? file : `src/${file}`), "utf8");
}

/** All imports of layered files. */
export function allImports(root: string): Import[] {
  return layeredFiles(root).flatMap((file) => importsOf(file, textOf(root, file)));
}

/** The layer of a file: its first folder, or the file itself at the top. */
export function layerOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] as string) : file;
}

/** What a layer may import, and whether only types of it. */
export type LayerTable = ReadonlyMap<string, ReadonlyMap<string, "all" | "types">>;

/** Reads the table under "## Layers". */
export function readLayerTable(markdown: string): LayerTable {
  const section = markdown.split("## Layers")[1]?.split("\n## ")[0] ?? "";
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const names = rows.map((row) => (row[1] as string).replaceAll("`", ""));
  return new Map(
    rows.map((row, index): [string, Map<string, "all" | "types">] => {
      const allowed = row[3] as string;
      const name = names[index] as string;
      if (allowed === "–") return [name, new Map()];
      const except = /^all but (.*)$/.exec(allowed)?.[1]?.split(/,\s*|\s+and\s+/);
      if (except !== undefined) {
        const rest = names.filter((other) => other !== name && !except.includes(other));
        return [name, new Map(rest.map((other) => [other, "all"] as const))];
      }
      const entries = allowed.split(",").map((entry) => entry.trim());
      return [
        name,
        new Map(
          entries.map((entry) => [entry.replace(/ \(types\)$/, ""), entry.endsWith("(types)") ? "types" : "all"]),
        ),
      ];
    }),
  );
}

/** Every import that the table does not allow, as "cli/run.ts → onnx/read.ts". */
export function forbidden(imports: readonly Import[], table: LayerTable): string[] {
  return imports
    .filter(({ from, to, inside, typeOnly }) => {
      if (!inside) return false;
      const [source, target] = [layerOf(from), layerOf(to)];
      if (source === target || target === "base") return false;
      const permission = table.get(source)?.get(target);
      return permission === undefined || (permission === "types" && !typeOnly);
    })
    .map(({ from, to, typeOnly }) => `${from} → ${to}${typeOnly ? " (type)" : ""}`);
}

/** One import cycle among files, types included, or undefined. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to, inside } of imports) if (inside) next.set(from, [...(next.get(from) ?? []), to]);
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (finished.has(file)) return undefined;
    for (const target of next.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Whether a file does nothing but pass others on. */
export function isBarrel(text: string): boolean {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "")
    .trim();
  const rest = code.replace(/export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+"[^"]+";?/g, "").trim();
  return code !== "" && rest === "";
}
