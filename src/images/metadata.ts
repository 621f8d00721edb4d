import { csvParseRows } from "d3-dsv";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { absentNote, notNumbersNote } from "../words/labels.ts";

/** Ground truth of a folder of images (the `imagefolder` convention). */
export interface Metadata {
  /** Numeric labels by image path and column. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Label columns, in the order of the files. */
  readonly columns: readonly string[];
  /** What a user may want to know: columns that are no labels, names without a file. */
  readonly notes: readonly string[];
}

/** A row: texts from CSV, anything from JSON. */
interface Line {
  /** In the file, from 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Names of files that describe images and are none. */
export function isMetadata(path: string): boolean {
  return /(^|\/)metadata\.(csv|jsonl)$/.test(path);
}

/**
 * Reads every `metadata.csv` and `metadata.jsonl` among the files of a folder. A column is a label when all its values are
 * numbers or booleans (true/false, 1/0); empty cells have no label. Errors: CfalignError("input") with file and line.
 */
export async function readMetadata(folder: string, listed: readonly string[]): Promise<Metadata> {
  const labels = new Map<string, Record<string, number>>();
  const columns = new Set<string>();
  const notes: string[] = [];
  const images = new Set(listed);
  const sources = new Map<string, string>();
  for (const path of listed.filter(isMetadata)) {
    const below = path.slice(0, path.lastIndexOf("/") + 1);
    const other = sources.get(below);
    if (other !== undefined) {
      throw new CfalignError("input", `"${other}" and "${path}" describe the same images: keep one of them`, {
        where: path,
      });
    }
    sources.set(below, path);
    const text = new TextDecoder().decode(await platform.files.read(platform.files.join(folder, path)));
    const lines = path.endsWith(".csv") ? csvLines(text, path) : jsonLines(text, path);
    const names = namesOf(lines, path, below);
    const { numeric, ignored } = labelColumns(lines);
    for (const column of numeric) columns.add(column);
    if (ignored.length > 0) notes.push(notNumbersNote(path, ignored));
    let absent = 0;
    lines.forEach(({ values }, i) => {
      const image = names[i] as string;
      if (!images.has(image)) absent += 1;
      else labels.set(image, { ...labels.get(image), ...labelsOf(values, numeric) });
    });
    if (absent > 0) notes.push(someAbsent(path, absent, names, images));
  }
  return { labels, columns: [...columns], notes };
}

/** The rows of a table as CSV. path: for messages. Errors: CfalignError("input") without a column "file_name", and for rows that do not fit the header. */
export function csvLines(text: string, path: string): readonly Line[] {
  const [header, ...rows] = csvParseRows(text.replace(/^\uFEFF/, ""));
  if (header === undefined || !header.includes("file_name")) {
    throw new CfalignError(
      "input",
      `${path}: expected a column "file_name", found ${header === undefined ? "an empty file" : `"${header.join('", "')}"`}`,
      { where: path },
    );
  }
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new CfalignError("input", `${path}: expected distinct columns, got "${twice}" twice`, { where: path });
  }
  return rows
    .map((row, i) => ({ row, line: i + 2 }))
    .filter(({ row }) => row.length > 1 || row[0] !== "")
    .map(({ row, line }) => {
      if (row.length !== header.length) {
        throw new CfalignError("input", `${path}: row ${line}: expected ${header.length} values, found ${row.length}`, {
          where: path,
        });
      }
      return { line, values: Object.fromEntries(header.map((name, i) => [name, row[i] as string])) };
    });
}

function jsonLines(text: string, path: string): Line[] {
  return text
    .split("\n")
    .map((content, i) => ({ content: content.trim(), line: i + 1 }))
    .filter(({ content }) => content !== "")
    .map(({ content, line }) => {
      let value: unknown;
      try {
        value = JSON.parse(content);
      } catch (error) {
        throw new CfalignError("input", `${path}: row ${line}: expected JSON: ${(error as Error).message}`, {
          where: path,
          cause: error,
        });
      }
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new CfalignError("input", `${path}: row ${line}: expected an object, found ${content.slice(0, 40)}`, {
          where: path,
        });
      }
      return { line, values: value as Record<string, unknown> };
    });
}

function namesOf(lines: readonly Line[], path: string, below: string): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ line, values }) => {
    const name = values.file_name;
    if (typeof name !== "string" || name === "") {
      throw new CfalignError(
        "input",
        `${path}: row ${line}: expected "file_name", found ${JSON.stringify(name) ?? "none"}`,
        { where: path },
      );
    }
    const image = below + name.replaceAll("\\", "/").replace(/^\.\//, "");
    const first = seen.get(image);
    if (first !== undefined) {
      throw new CfalignError("input", `${path}: row ${line}: "${name}" was described in row ${first} already`, {
        where: path,
      });
    }
    seen.set(image, line);
    return image;
  });
}

function labelColumns(lines: readonly Line[]): { numeric: string[]; ignored: string[] } {
  const names = new Set(lines.flatMap(({ values }) => Object.keys(values)));
  names.delete("file_name");
  const numeric: string[] = [];
  const ignored: string[] = [];
  for (const name of names) {
    const given = lines.map(({ values }) => values[name]).filter((value) => !isEmpty(value));
    if (given.length === 0) continue;
    (given.every((value) => numberOf(value) !== undefined) ? numeric : ignored).push(name);
  }
  return { numeric, ignored };
}

function labelsOf(values: Line["values"], columns: readonly string[]): Record<string, number> {
  const labels: Record<string, number> = {};
  for (const column of columns) {
    const value = numberOf(values[column]);
    if (value !== undefined) labels[column] = value;
  }
  return labels;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || isEmpty(value)) return undefined;
  const text = value.trim().toLowerCase();
  if (text === "true") return 1;
  if (text === "false") return 0;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function someAbsent(path: string, absent: number, names: readonly string[], images: ReadonlySet<string>): string {
  const example = names.find((name) => !images.has(name));
  if (absent === names.length) {
    throw new CfalignError(
      "input",
      `${path}: none of its ${absent} file names is in the folder, such as "${example}"`,
      {
        where: path,
      },
    );
  }
  return absentNote(path, absent, names.length, example);
}
