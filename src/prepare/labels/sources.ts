import { csvParseRows } from "d3-dsv";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { type ParquetPicture, readParquet } from "./parquet.ts";
import type { Source } from "./table.ts";

/** The files of a folder, told apart. */
export interface Sources {
  readonly tables: readonly Source[];
  /** Files that are no tables, as paths below the folder. */
  readonly images: readonly string[];
  /** Pictures that lie inside Parquet files. */
  readonly pictures: readonly ParquetPicture[];
}

/** Reads every .csv, .tsv, .txt, .jsonl and .parquet below a folder as a table. Errors: CfalignError("input") with file and line. */
export async function readSources(folder: string): Promise<Sources> {
  const { files } = platform;
  const listed = await files.list(folder);
  const tables: Source[] = [];
  const pictures: ParquetPicture[] = [];
  for (const path of listed) {
    const ending = /\.(csv|tsv|txt|jsonl|parquet)$/i.exec(path)?.[1]?.toLowerCase();
    if (ending === undefined) continue;
    if (ending === "parquet") {
      const { source, pictures: inside } = await readParquet(folder, path);
      tables.push(source);
      pictures.push(...inside);
      continue;
    }
    const text = new TextDecoder().decode(await files.read(files.join(folder, path))).replace(/^\uFEFF/, "");
    tables.push({ path, ...(ending === "jsonl" ? jsonLines(text, path) : cellsOf(text, ending)) });
  }
  const images = listed.filter((path) => /\.(png|jpe?g|webp|gif|tiff?|bmp|dcm)$/i.test(path));
  return { tables, images, pictures };
}

function cellsOf(text: string, ending: string): Omit<Source, "path"> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (ending === "csv") return split(csvParseRows(text).filter((row) => row.some((cell) => cell.trim() !== "")));
  if (ending === "tsv") return split(lines.map((line) => line.split("\t")));
  const words = lines.map((line) => line.trim().split(/\s+/));
  // CelebA's text files: how many rows there are, then names of all columns but the first.
  if (words[0]?.length === 1 && Number(words[0][0]) === words.length - 2) {
    return split([["image_id", ...(words[1] ?? [])], ...words.slice(2)]);
  }
  return split(words);
}

function split(rows: readonly (readonly string[])[]): Omit<Source, "path"> {
  const [header = [], ...rest] = rows;
  return { header: header.map((cell) => cell.trim()), rows: rest };
}

function jsonLines(text: string, path: string): Omit<Source, "path"> {
  const values = text.split("\n").flatMap((line, i): Record<string, unknown>[] => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new CfalignError("input", `${path}: row ${i + 1}: expected JSON: ${cause.message}`, { where: path, cause });
    }
  });
  const header = [...new Set(values.flatMap((value) => Object.keys(value)))];
  return { header, rows: values.map((value) => header.map((name) => textOf(value[name]))) };
}

/** A value as the cell of a CSV would hold it; what is no word or number is left out. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
}
